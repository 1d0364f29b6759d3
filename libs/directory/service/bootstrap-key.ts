import type { Clock } from '#calendar';
import { SCOPES } from '../domain/index.js';
import type { KeyStore } from './key-store.js';
import { mintKey } from './mint-key.js';

/** Where the first key is left for whoever runs the product on this machine. */
export interface BootstrapKeyFile {
  readonly path: string;
  /** All or nothing, readable by the owner alone. */
  write(key: string): Promise<void>;
}

export interface BootstrapKey {
  /** The whole key, for the one line of the start that shows it. */
  readonly key: string;
  readonly path: string;
}

/**
 * Gives an account without keys its first one, with all scopes. An account that has or had one gets none, also when the
 * file is gone: whoever can read the folder must not get in again. The file is written before the commit, so a key that
 * nobody could read is never left behind.
 */
export class EnsureBootstrapKey {
  constructor(
    private readonly store: KeyStore,
    private readonly file: BootstrapKeyFile,
    private readonly clock: Clock,
  ) {}

  /** The key if this call made it, else undefined. */
  async run(accountId: number): Promise<BootstrapKey | undefined> {
    const { key, record } = mintKey(
      { accountId, name: 'bootstrap', scopes: SCOPES, createdBy: null },
      this.clock.now(),
    );
    const made = await this.store.insertFirst(record, () => this.file.write(key));
    return made ? { key, path: this.file.path } : undefined;
  }
}

export const ENSURE_BOOTSTRAP_KEY = Symbol('EnsureBootstrapKey');
