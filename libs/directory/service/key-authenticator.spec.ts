import { type NewMachineKey, SCOPES } from '../domain/index.js';
import { KeyAuthenticator } from './key-authenticator.js';
import type { KeyStore } from './key-store.js';
import { type MintedKey, mintKey } from './mint-key.js';

/** A store of what was minted, which counts how often it is asked and can be told to dawdle. */
function storeOf(...minted: readonly MintedKey[]) {
  const records = new Map<string, NewMachineKey>(minted.map(({ record }) => [record.digest.toString('hex'), record]));
  const state = { asked: 0, gate: Promise.resolve() };
  const refuse = () => Promise.reject(new Error('not asked for here'));
  const store: KeyStore = {
    insert: refuse,
    insertFirst: refuse,
    find: refuse,
    list: refuse,
    revoke: refuse,
    async findByDigest(digest) {
      state.asked += 1;
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
    const authenticator = new KeyAuthenticator(store, clock);
    const steps = [0, 4_999, 5_000, 5_001, -1_000];
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
    const authenticator = new KeyAuthenticator(store, clock);
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
    const authenticator = new KeyAuthenticator(store, clock);
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

  it('does not ask for what has not the form of a key, and does not remember strangers', async () => {
    const { store, state } = storeOf();
    const authenticator = new KeyAuthenticator(store, clock);
    for (const text of ['', 'apk_', 'apk_0123456789ab_short', `${mint().key} `]) {
      expect(await authenticator.authenticate(text)).toBeUndefined();
    }
    expect(state.asked).toBe(0);
    const stranger = mint().key;
    await authenticator.authenticate(stranger);
    await authenticator.authenticate(stranger);
    expect(state.asked).toBe(2);
  });

  it('remembers a bounded number of keys, the newest', async () => {
    const minted = Array.from({ length: 1_001 }, mint);
    const { store, state } = storeOf(...minted);
    const authenticator = new KeyAuthenticator(store, clock);
    for (const { key } of minted) await authenticator.authenticate(key);
    await authenticator.authenticate(minted[1]?.key ?? '');
    expect(state.asked).toBe(1_001);
    await authenticator.authenticate(minted[0]?.key ?? '');
    expect(state.asked).toBe(1_002);
  });
});
