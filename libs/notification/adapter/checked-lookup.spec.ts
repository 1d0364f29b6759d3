import type { LookupAddress, LookupOptions } from 'node:dns';
import { CheckedLookup } from './checked-lookup.js';

const of = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** As `net.connect` asks. */
function ask(guard: CheckedLookup, host: string, options: LookupOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    guard.lookup(host, options, (error, address, family) => (error ? reject(error) : resolve([address, family])));
  });
}

describe('a checked lookup', () => {
  it('gives the very addresses that it looked at, from one resolution', async () => {
    const answers = [of('93.184.216.34', '2606:2800::1'), of('127.0.0.1')];
    const asked: string[] = [];
    const guard = new CheckedLookup(async (host) => {
      asked.push(host);
      return answers.shift() ?? [];
    }, false);
    const [addresses] = (await ask(guard, 'a.example', { all: true })) as [LookupAddress[]];
    expect(addresses).toEqual(of('93.184.216.34', '2606:2800::1'));
    expect(asked).toEqual(['a.example']);
    // A name that turns to us the next time is looked at the next time.
    await expect(ask(guard, 'a.example', { all: true })).rejects.toThrow(
      'a.example is 127.0.0.1, which is not a public',
    );
  });

  it('gives one address to who asks for one', async () => {
    const guard = new CheckedLookup(async () => of('93.184.216.34', '93.184.216.35'), false);
    expect(await ask(guard, 'a.example', {})).toEqual(['93.184.216.34', 4]);
  });

  it('refuses a host of which one address is ours', async () => {
    const guard = new CheckedLookup(async () => of('93.184.216.34', '::ffff:10.0.0.1'), false);
    await expect(ask(guard, 'a.example', { all: true })).rejects.toThrow('::ffff:10.0.0.1');
  });

  it('fails as the resolver does, and for a host without addresses', async () => {
    const none = new CheckedLookup(async () => [], false);
    await expect(ask(none, 'a.example', { all: true })).rejects.toThrow('a.example has no address');
    const away = new CheckedLookup(() => Promise.reject(new Error('ENOTFOUND')), false);
    await expect(ask(away, 'a.example', {})).rejects.toThrow('ENOTFOUND');
  });

  it('lets private ones be where that is allowed', async () => {
    const guard = new CheckedLookup(async () => of('127.0.0.1'), true);
    expect(await ask(guard, 'localhost', {})).toEqual(['127.0.0.1', 4]);
    expect(guard.refusal(new URL('http://10.0.0.1/'))).toBeUndefined();
  });

  it('refuses an address in a URL before anybody connects', () => {
    const guard = new CheckedLookup(async () => [], false);
    expect(guard.refusal(new URL('https://0x7f.1/'))).toBe('names 127.0.0.1, which is not a public address (loopback)');
    expect(guard.refusal(new URL('https://[::ffff:1.1.1.1]/'))).toContain('ipv4Mapped');
    expect(guard.refusal(new URL('https://8.8.8.8/'))).toBeUndefined();
    expect(guard.refusal(new URL('https://a.example/'))).toBeUndefined();
  });
});
