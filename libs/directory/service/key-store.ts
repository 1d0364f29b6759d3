import type { EpochMs } from '#calendar';
import type { MachineKey, NewMachineKey } from '../domain/index.js';

export interface KeyPage {
  readonly accountId: number;
  /** Keys with a greater id. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface KeyStore {
  insert(key: NewMachineKey): Promise<void>;
  /**
   * Inserts the key if the account has none, revoked ones counted, and runs `publish` before the commit: when that
   * fails, there is no key. One of several starters at once does it. Answers whether this one did.
   */
  insertFirst(key: NewMachineKey, publish: () => Promise<void>): Promise<boolean>;
  /** Also a revoked one. */
  findByDigest(digest: Buffer): Promise<NewMachineKey | undefined>;
  find(accountId: number, apiKeyId: string): Promise<MachineKey | undefined>;
  list(page: KeyPage): Promise<readonly MachineKey[]>;
  /**
   * Leaves a key alone that is revoked already. False, and nothing changed, when no other key that is not revoked has the
   * scope `keys:write`; of two revocations at once, the second sees the first.
   */
  revoke(accountId: number, apiKeyId: string, at: EpochMs, by: string | null): Promise<boolean>;
}

export const KEY_STORE = Symbol('KeyStore');
