import { parseRedisAddress } from './redis-address.js';

describe('the address of a Redis', () => {
  it('is one server, as Redis clients write it', () => {
    expect(parseRedisAddress('redis://user:p%40ss@host:6380/2')).toEqual({
      kind: 'single',
      url: 'redis://user:p%40ss@host:6380/2',
    });
  });

  it('is what sentinels know by a name', () => {
    expect(parseRedisAddress('redis+sentinel://app:p%40ss@a:26379,b.example/my-master/3')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: 'b.example', port: 26_379 },
      ],
      master: 'my-master',
      database: 3,
      username: 'app',
      password: 'p@ss',
      tls: false,
    });
  });

  it('is some nodes of a cluster', () => {
    expect(parseRedisAddress('rediss+cluster://:secret@[::1]:7000,b:7001')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: '::1', port: 7000 },
        { host: 'b', port: 7001 },
      ],
      username: undefined,
      password: 'secret',
      tls: true,
    });
  });

  it.each([
    'http://host',
    'redis+sentinel://a:1',
    'redis+sentinel://a:1,/m',
    'redis+cluster://a:70000',
    'redis+cluster://a/1',
    'redis+cluster://a b',
    'redis://',
  ])('is not %s', (text) => {
    expect(parseRedisAddress(text)).toBeUndefined();
  });
});
