import type { Clock } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import type { Caller, MachineKey, Scope } from '../domain/index.js';
import type { KeyPage, KeyStore } from './key-store.js';
import { mintKey } from './mint-key.js';

export interface CreateKeyInput {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface CreatedKey {
  readonly record: MachineKey;
  /** The whole key; no later answer shows it again. */
  readonly key: string;
}

/** What one does with machine keys. `onRevoked` drops what an authenticator of this process remembers. */
export class Keys {
  constructor(
    private readonly store: KeyStore,
    private readonly clock: Clock,
    private readonly onRevoked: (apiKeyId: string) => void,
  ) {}

  /** Nobody can give a right that they do not have: `directory.scope_not_held`. */
  async create(caller: Caller, input: CreateKeyInput): Promise<Outcome<CreatedKey>> {
    const beyond = input.scopes.filter((scope) => !caller.scopes.has(scope));
    if (beyond.length > 0) {
      const detail = `A key can be given only scopes that its maker has; missing: ${beyond.join(', ')}.`;
      return fail({ kind: 'forbidden', code: 'directory.scope_not_held', detail });
    }
    const { accountId, apiKeyId: createdBy } = caller;
    const { key, record } = mintKey({ ...input, accountId, createdBy }, this.clock.now());
    await this.store.insert(record);
    return succeed({ key, record });
  }

  list(page: KeyPage): Promise<readonly MachineKey[]> {
    return this.store.list(page);
  }

  /** The owner of the caller's key, as records name who did something. */
  async nameOf({ accountId, apiKeyId }: Caller): Promise<string> {
    if (apiKeyId === null) return 'apportion';
    const key = await this.store.find(accountId, apiKeyId);
    return key ? `${key.name} (${apiKeyId})` : apiKeyId;
  }

  /** Revoking twice is no error. Fails with `directory.key_not_found`, `directory.last_admin_key`. */
  async revoke(
    { accountId, apiKeyId: by }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    apiKeyId: string,
  ): Promise<Outcome<MachineKey>> {
    if (!(await this.store.revoke(accountId, apiKeyId, this.clock.now(), by))) return fail(LAST_ADMIN_KEY);
    this.onRevoked(apiKeyId);
    const key = await this.store.find(accountId, apiKeyId);
    if (key) return succeed(key);
    return fail({ kind: 'not_found', code: 'directory.key_not_found', detail: `There is no key ${apiKeyId}.` });
  }
}

export const KEYS = Symbol('Keys');

const LAST_ADMIN_KEY: Failure = {
  kind: 'conflict',
  code: 'directory.last_admin_key',
  detail: 'This is the last key with the scope keys:write; without it nobody could make another. Make one first.',
};
