import Fastify from 'fastify';
import type { Caller } from '#directory';
import { type CallerResolver, type Resolution, recallCaller } from './auth/caller-resolver.js';
import { takeShortWay } from './short-way.js';

const caller: Caller = { accountId: 1, apiKeyId: 'k', scopes: new Set(['events:write']) };

/** A server of two routes, of which one has a short way for those who say `x-known`. */
function serverOf() {
  const fastify = Fastify();
  takeShortWay(fastify, {
    url: '/events',
    recall: ({ headers }) => (headers['x-known'] === undefined ? undefined : caller),
    async serve(_request, reply, { apiKeyId }) {
      if (apiKeyId !== 'k') throw new Error('served for somebody else');
      await reply.send('short');
    },
  });
  for (const url of ['/events', '/others']) {
    fastify.post(url, async () => 'whole');
    fastify.get(url, async () => 'whole');
  }
  return fastify;
}

describe('the short way', () => {
  const known = { 'x-known': 'yes' };

  it.each([
    ['POST', '/events', known, 'short'],
    ['POST', '/events', {}, 'whole'],
    ['GET', '/events', known, 'whole'],
    ['POST', '/others', known, 'whole'],
  ] as const)('%s %s with %j goes the %s way', async (method, url, headers, way) => {
    expect((await serverOf().inject({ method, url, headers })).body).toBe(way);
  });

  it('hands what goes wrong on it to the handler of errors', async () => {
    const fastify = Fastify();
    fastify.setErrorHandler((error, _request, reply) => reply.status(418).send(String(error)));
    takeShortWay(fastify, {
      url: '/events',
      recall: () => caller,
      serve: () => Promise.reject(new Error('no')),
    });
    fastify.post('/events', async () => 'whole');
    const answer = await fastify.inject({ method: 'POST', url: '/events' });
    expect(answer).toMatchObject({ statusCode: 418, body: 'Error: no' });
  });
});

describe('recallCaller', () => {
  const resolver = (recalled: Resolution | undefined): CallerResolver => ({
    challenge: 'Bearer',
    resolve: () => Promise.reject(new Error('nobody is to be asked')),
    recall: () => recalled,
  });
  const absent = resolver({ kind: 'absent' });
  const found = resolver({ kind: 'found', caller });

  it('takes the first that knows, and nobody after one that would have to ask or refuses', () => {
    expect(recallCaller([absent, found], {})).toBe(caller);
    expect(recallCaller([absent], {})).toBeUndefined();
    expect(recallCaller([resolver(undefined), found], {})).toBeUndefined();
    expect(recallCaller([resolver({ kind: 'refused', detail: 'no' }), found], {})).toBeUndefined();
  });
});
