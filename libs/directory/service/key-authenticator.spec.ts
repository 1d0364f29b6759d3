import { type NewMachineKey, SCOPES } from '../domain/index.js';
import { KeyAuthenticator } from './key-authenticator.js';
import type { KeyStore } from './key-store.js';
import { type MintedKey, mintKey } from './mint-key.js';

class Outage extends Error {}
const isOutage = (error: unknown) => error instanceof Outage;

/** A store of what was minted, which counts how often it is asked and can be told to dawdle or to fail. */
function storeOf(...minted: readonly MintedKey[]) {
  const records = new Map<string, NewMachineKey>(minted.map(({ record }) => [record.digest.toString('hex'), record]));
  const state: { asked: number; gate: Promise<void>; failure: Error | undefined } = {
    ...{ asked: 0, gate: Promise.resolve(), failure: undefined },
  };
  const refuse = () => Promise.reject(new Error('not asked for here'));
  const store: KeyStore = {
    insert: refuse,
    insertFirst: refuse,
    find: refuse,
    list: refuse,
    revoke: refuse,
    async findByDigest(digest) {
      state.asked += 1;
      if (state.failure) throw state.failure;
      const found = records.get(digest.toString('hex'));
      await state.gate;
      return found;
    },
  };
  const revoke = ({ record }: MintedKey) => records.set(record.digest.toString('hex'), { ...record, revokedAt: 1 });
  return { store, state, revoke };
}

const mint = () => mintKey({ accountId: 1, name: 'test', scopes: SCOPES, createdBy: null }, 0);

describe('KeyAuthenticator', () => {
  const clock = { at: 0, now: () => clock.at };
  beforeEach(() => {
    clock.at = 1_000_000;
  });

  it('asks once in 5 seconds, and again when the clock was set back', async () => {
    const minted = mint();
    const { store, state } = storeOf(minted);
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    const steps = [0, 3_999, 5_000, 5_001, -1_000];
    const asked: number[] = [];
    for (const step of steps) {
      clock.at = 1_000_000 + step;
      expect((await authenticator.authenticate(minted.key))?.apiKeyId).toBe(minted.record.apiKeyId);
      asked.push(state.asked);
    }
    expect(asked).toEqual([1, 1, 2, 2, 3]);
  });

  it('does not remember what it read before a revocation', async () => {
    const minted = mint();
    const { store, state, revoke } = storeOf(minted);
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    let open = (): void => undefined;
    state.gate = new Promise((resolve) => {
      open = resolve;
    });
    const early = authenticator.authenticate(minted.key);
    revoke(minted);
    authenticator.forget(minted.record.apiKeyId);
    open();
    expect(await early).toBeDefined();
    expect(await authenticator.authenticate(minted.key)).toBeUndefined();
  });

  it('recalls without asking what it remembers, for as long as it remembers it', async () => {
    const minted = mint();
    const { store, state } = storeOf(minted);
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    expect(authenticator.recall(minted.key)).toBeUndefined();
    await authenticator.authenticate(minted.key);
    expect(authenticator.recall(minted.key)?.apiKeyId).toBe(minted.record.apiKeyId);
    expect(authenticator.recall(mint().key)).toBeUndefined();
    clock.at += 5_000;
    expect(authenticator.recall(minted.key)).toBeUndefined();
    clock.at -= 5_000;
    authenticator.forget(minted.record.apiKeyId);
    expect(authenticator.recall(minted.key)).toBeUndefined();
    expect(state.asked).toBe(1);
  });

  it('asks ahead for a key in use, once, so that it is always recalled, and not for longer than it is good', async () => {
    const minted = mint();
    const { store, state, revoke } = storeOf(minted);
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    const start = clock.at;
    await authenticator.authenticate(minted.key);
    const recallAt = async (ms: number) => {
      clock.at = start + ms;
      const recalled = authenticator.recall(minted.key);
      // What is asked beside it is answered meanwhile.
      await new Promise(setImmediate);
      return [recalled !== undefined, state.asked];
    };
    expect(await recallAt(3_999)).toEqual([true, 1]);
    for (let ms = 4_000; ms <= 20_000; ms += 500) expect((await recallAt(ms))[0]).toBe(true);
    expect(state.asked).toBe(6);
    revoke(minted);
    expect(await recallAt(23_900)).toEqual([true, 6]);
    expect(await recallAt(24_000)).toEqual([true, 7]);
    expect(await recallAt(24_001)).toEqual([false, 7]);
  });

  it('asks once ahead of many who use a key at the same time, and lets none of them wait', async () => {
    const minted = mint();
    const { store, state } = storeOf(minted);
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    await authenticator.authenticate(minted.key);
    state.gate = new Promise(() => undefined);
    clock.at += 4_500;
    for (let i = 0; i < 10; i += 1) expect(authenticator.recall(minted.key)).toBeDefined();
    expect(state.asked).toBe(2);
    clock.at += 500;
    expect(authenticator.recall(minted.key)).toBeUndefined();
  });

  it('does not ask for what has not the form of a key, and does not remember strangers', async () => {
    const { store, state } = storeOf();
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    for (const text of ['', 'apk_', 'apk_0123456789ab_short', `${mint().key} `]) {
      expect(await authenticator.authenticate(text)).toBeUndefined();
    }
    expect(state.asked).toBe(0);
    const stranger = mint().key;
    await authenticator.authenticate(stranger);
    await authenticator.authenticate(stranger);
    expect(state.asked).toBe(2);
  });

  describe('while the database is out of reach', () => {
    async function outageAfterOneGoodAnswer() {
      const minted = mint();
      const of = storeOf(minted);
      const authenticator = new KeyAuthenticator(of.store, clock, isOutage);
      await authenticator.authenticate(minted.key);
      of.state.failure = new Outage();
      const authenticateAt = (ms: number) => {
        clock.at = 1_000_000 + ms;
        return authenticator.authenticate(minted.key);
      };
      return { ...of, minted, authenticator, authenticateAt };
    }

    it('holds a key that was good, and asks once in 5 seconds', async () => {
      const { state, minted, authenticator, authenticateAt } = await outageAfterOneGoodAnswer();
      const asked: number[] = [];
      for (const at of [5_000, 5_001, 9_999, 10_000, 14_999]) {
        expect((await authenticateAt(at))?.apiKeyId).toBe(minted.record.apiKeyId);
        expect(authenticator.recall(minted.key)?.apiKeyId).toBe(minted.record.apiKeyId);
        asked.push(state.asked);
      }
      expect(asked).toEqual([2, 2, 2, 3, 3]);
    });

    it('holds it for 5 minutes after it was last confirmed, however often it is used', async () => {
      const { state, minted, authenticator, authenticateAt } = await outageAfterOneGoodAnswer();
      for (let at = 4_000; at < 300_000; at += 4_000) expect(await authenticateAt(at)).toBeDefined();
      expect(await authenticateAt(299_999)).toBeDefined();
      clock.at += 1;
      expect(authenticator.recall(minted.key)).toBeUndefined();
      await expect(authenticateAt(300_000)).rejects.toThrow(Outage);
      await expect(authenticateAt(-300_000)).rejects.toThrow(Outage);
      state.failure = undefined;
      expect(await authenticateAt(300_001)).toBeDefined();
      state.failure = new Outage();
      expect(await authenticateAt(600_000)).toBeDefined();
    });

    it('holds none that this process has revoked, that another one had, or that nobody used before', async () => {
      const { state, minted, revoke, authenticator, authenticateAt } = await outageAfterOneGoodAnswer();
      await expect(authenticator.authenticate(mint().key)).rejects.toThrow(Outage);
      expect(await authenticateAt(5_000)).toBeDefined();
      authenticator.forget(minted.record.apiKeyId);
      await expect(authenticateAt(5_001)).rejects.toThrow(Outage);

      state.failure = undefined;
      expect(await authenticateAt(6_000)).toBeDefined();
      revoke(minted);
      expect(await authenticateAt(11_000)).toBeUndefined();
      state.failure = new Outage();
      await expect(authenticateAt(11_001)).rejects.toThrow(Outage);
    });

    it('does not hold one that was revoked while its own answer was under way', async () => {
      const { state, minted, revoke, authenticator, authenticateAt } = await outageAfterOneGoodAnswer();
      state.failure = undefined;
      let open = (): void => undefined;
      state.gate = new Promise((resolve) => {
        open = resolve;
      });
      const early = authenticateAt(5_000);
      state.gate = Promise.resolve();
      revoke(minted);
      expect(await authenticateAt(5_001)).toBeUndefined();
      open();
      expect(await early).toBeDefined();
      state.failure = new Outage();
      await expect(authenticator.authenticate(minted.key)).rejects.toThrow(Outage);
    });

    it('hides nothing else that goes wrong', async () => {
      const { state, authenticateAt } = await outageAfterOneGoodAnswer();
      state.failure = new TypeError('a bug');
      await expect(authenticateAt(5_000)).rejects.toThrow('a bug');
    });
  });

  it('remembers a bounded number of keys, the newest', async () => {
    const minted = Array.from({ length: 1_001 }, mint);
    const { store, state } = storeOf(...minted);
    const authenticator = new KeyAuthenticator(store, clock, isOutage);
    for (const { key } of minted) await authenticator.authenticate(key);
    await authenticator.authenticate(minted[1]?.key ?? '');
    expect(state.asked).toBe(1_001);
    await authenticator.authenticate(minted[0]?.key ?? '');
    expect(state.asked).toBe(1_002);
  });
});
