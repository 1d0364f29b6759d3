'use strict';

// Clients of quotas: a process of its own, forked with an order. Each client reserves, and ends what it was given in one of
// several ways, over and over, whatever becomes of the servers. What it was answered, and when, is sent to the parent.
const http = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');

const order = JSON.parse(process.argv[2]);
const agent = new http.Agent({ keepAlive: true, maxSockets: order.clients });
// Comparable between the processes of one machine.
const now = () => performance.timeOrigin + performance.now();
const startedAt = performance.now();
const spans = [];
const totals = { admitted: 0, refused: 0, unanswered: 0, left: 0 };
let settledFor = 0;
let begun = 0;

/** Undefined: nobody answered, and nobody knows what became of it. */
function post(url, path, body) {
  return new Promise((resolve) => {
    const text = JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${order.key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    };
    const request = http.request(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', () => resolve(undefined));
      response.on('end', () => {
        const answer = { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') };
        resolve(response.statusCode >= 500 ? undefined : answer);
      });
    });
    request.setTimeout(10_000, () => request.destroy(new Error('no answer')));
    request.on('error', () => resolve(undefined));
    request.end(text);
  });
}

/** Asks one server after another until somebody answers. */
async function insist(client, path, body) {
  for (let attempt = client; ; attempt += 1) {
    const answer = await post(order.urls[attempt % order.urls.length], path, body);
    if (answer) return answer;
    totals.unanswered += 1;
    await sleep(20);
  }
}

async function round(client, nth) {
  const amount = 1 + ((client + nth) % 3);
  const isLeft = (client * 7 + nth) % 23 === 0;
  const reserved = await post(order.urls[(client + nth) % order.urls.length], '/v1/quota/reservations', {
    subject: { ...order.subject, user: `user-${client % order.users}` },
    model: 'gpt-5',
    estimate: { inputTokens: 0, outputTokens: amount },
    ttlMs: isLeft ? order.shortMs : order.longMs,
  });
  if (!reserved) {
    totals.unanswered += 1;
    return sleep(20);
  }
  if (reserved.status === 429) {
    totals.refused += 1;
    return;
  }
  if (reserved.status !== 201 || !reserved.body.reservationId) {
    throw new Error(`${reserved.status}: ${JSON.stringify(reserved.body)}`);
  }
  totals.admitted += 1;
  const from = now();
  // As the servers' clock says, from which ours drifts away within an hour; a millisecond of theirs has begun already.
  const until = from + Date.parse(reserved.body.expiresAt) - Date.now() - 1;
  if (isLeft) {
    totals.left += 1;
    spans.push([from, until, amount]);
    return;
  }
  if (order.holdMs > 0 && nth % 4 === 0) await sleep(order.holdMs);
  const settles = (client + nth) % 4 === 0;
  // The first of some clients is used in truth, and for good; all others come to nothing.
  const used = settles && client % 4 === 0 && nth < 4 ? amount : 0;
  const path = `/v1/quota/reservations/${reserved.body.reservationId}`;
  spans.push([from, used > 0 ? Number.POSITIVE_INFINITY : Math.min(now(), until), amount]);
  settledFor += used;
  const ended = settles
    ? await insist(client, `${path}/settle`, { used: { inputTokens: 0, outputTokens: used } })
    : await insist(client, `${path}/release`, {});
  if (ended.status !== 200) throw new Error(`ended with ${ended.status}: ${JSON.stringify(ended.body)}`);
}

async function client(number) {
  for (let nth = 0; begun < order.rounds || performance.now() - startedAt < order.atLeastMs; nth += 1) {
    begun += 1;
    await round(number, nth);
  }
}

Promise.all(Array.from({ length: order.clients }, (_, i) => client(order.first + i))).then(
  () => {
    const told = spans.map(([from, until, amount]) => [
      from,
      until === Number.POSITIVE_INFINITY ? null : until,
      amount,
    ]);
    process.send({ spans: told, settledFor, ...totals }, () => process.exit(0));
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
