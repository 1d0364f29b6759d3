import fc from 'fast-check';
import { METERED_USAGE_READER, type MeteredUsage, type MeteredUsageReader, type UsageOrigin } from '#metering';
import { startTestApp, type TestApp } from '../support/app.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const START = Date.UTC(2026, 9, 31, 23);
const END = Date.UTC(2026, 10, 1, 2);

/** What a sender may do to a list of events without meaning anything by it. */
const delivery = fc.record({
  events: fc.array(
    fc.record({
      minute: fc.nat(179),
      user: fc.constantFrom('u', 'v', undefined),
      output: fc.nat(1000),
      inferenceMs: fc.option(fc.nat(5000)),
      input: fc.constantFrom(10, 250_000),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  repeats: fc.array(fc.nat(29), { maxLength: 30 }),
  order: fc.infiniteStream(fc.nat()).map((stream): Iterator<number, undefined> => stream),
  sizes: fc.infiniteStream(fc.integer({ min: 1, max: 12 })).map((stream): Iterator<number, undefined> => stream),
});

describe('any order, repetition and batching of events', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const usageOf = async (team: string, origin: UsageOrigin): Promise<MeteredUsage[]> => {
    const reader = app.app.get<MeteredUsageReader>(METERED_USAGE_READER, { strict: false });
    const usage: MeteredUsage[] = [];
    for await (const chunk of reader.read({ accountId: 1, start: START, end: END, origin })) usage.push(...chunk);
    return usage.filter(({ dimension }) => dimension.team === team);
  };

  it('gives the sums of the events, from the buckets as from the events', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(delivery, async ({ events: given, repeats, order, sizes }) => {
        run += 1;
        const team = `team-${run}`;
        const events = given.map(({ minute, user, output, input, inferenceMs }, i) => {
          const occurredAt = new Date(START + minute * 60_000).toISOString();
          const more = { source: team, team, user, occurredAt, inferenceMs, tokens: { inputUncached: input, output } };
          return usageEvent(`e${i}`, more);
        });
        const sent = [...events, ...repeats.flatMap((i) => events[i] ?? [])]
          .map((event) => ({ event, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const batches: unknown[][] = [];
        for (let at = 0; at < sent.length; ) {
          const size = sizes.next().value ?? 1;
          batches.push(sent.slice(at, at + size));
          at += size;
        }
        const answers = await Promise.all(batches.map((batch) => sendAndWait(app, batch)));
        expect(answers.reduce((sum, { body }) => sum + Number(body.accepted), 0)).toBe(events.length);

        const usage = await usageOf(team, 'buckets');
        expect(usage).toEqual(await usageOf(team, 'events'));
        expect(byKey(usage.map(toRow))).toEqual(byKey(expected(given)));
      }),
      { numRuns: 25 },
    );
  });
});

interface Row {
  readonly key: string;
  readonly requests: number;
  readonly output: number;
  readonly untimed: number;
  readonly inferenceMs: number;
}

function toRow({ chargePeriod, dimension, requests, tokens, untimedRequests, inferenceMicros }: MeteredUsage): Row {
  const key = `${(chargePeriod - START) / 900_000} ${dimension.user ?? ''} ${dimension.contextFrom > 0n ? 'long' : 'short'}`;
  return {
    key,
    requests: Number(requests),
    output: Number(tokens.output),
    untimed: Number(untimedRequests),
    inferenceMs: Number(inferenceMicros) / 1000,
  };
}

/** The sums by the plainest of ways. */
function expected(
  events: readonly {
    minute: number;
    user: string | undefined;
    output: number;
    input: number;
    inferenceMs: number | null;
  }[],
): Row[] {
  const rows = new Map<string, Row>();
  for (const { minute, user, output, input, inferenceMs } of events) {
    const key = `${Math.floor(minute / 15)} ${user ?? ''} ${input > 100_000 ? 'long' : 'short'}`;
    const row = rows.get(key) ?? { key, requests: 0, output: 0, untimed: 0, inferenceMs: 0 };
    rows.set(key, {
      key,
      requests: row.requests + 1,
      output: row.output + output,
      untimed: row.untimed + (inferenceMs === null ? 1 : 0),
      inferenceMs: row.inferenceMs + (inferenceMs ?? 0),
    });
  }
  return [...rows.values()];
}

function byKey(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
}
