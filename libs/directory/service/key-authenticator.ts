import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock, EpochMs } from '#calendar';
import { type Caller, type NewMachineKey, parseMachineKey, sha256 } from '../domain/index.js';
import type { KeyStore } from './key-store.js';

/** A key revoked by another process is refused after at most this time; by this process, at once. */
const REMEMBERED_MS = 5_000;
const REMEMBERED_KEYS_MAX = 1_000;

interface Remembered {
  readonly key: NewMachineKey;
  readonly caller: Caller;
  /** When the database was asked, not when it answered. */
  readonly askedAt: EpochMs;
}

/**
 * Finds who a machine key belongs to. Good keys are remembered for a few seconds, by digest: the secret stays in nobody's
 * memory. Unknown ones are not, so that a key made this moment works this moment.
 */
export class KeyAuthenticator {
  private readonly remembered = new Map<string, Remembered>();
  private revocations = 0;

  constructor(
    private readonly store: KeyStore,
    private readonly clock: Clock,
  ) {}

  /** The caller of a key that is remembered. Undefined says nothing: `authenticate` asks the database. */
  recall(text: string): Caller | undefined {
    const known = this.remembered.get(nameOf(text));
    // A clock set back must not keep a revoked key alive.
    return known && Math.abs(this.clock.now() - known.askedAt) < REMEMBERED_MS ? known.caller : undefined;
  }

  /** Undefined for what is no key, is not known, or is revoked: callers learn no more than that. */
  async authenticate(text: string): Promise<Caller | undefined> {
    const recalled = this.recall(text);
    if (recalled) return recalled;
    const parsed = parseMachineKey(text);
    if (!parsed) return undefined;
    const digest = sha256(text);
    const name = nameOf(text);
    const now = this.clock.now();
    this.remembered.delete(name);
    const { revocations } = this;
    const key = await this.store.findByDigest(digest);
    if (key?.apiKeyId !== parsed.apiKeyId || key.revokedAt !== null || !matches(key, digest)) return undefined;
    const caller = { accountId: key.accountId, apiKeyId: key.apiKeyId, scopes: new Set(key.scopes) };
    // What was read before a revocation may be from before it.
    if (revocations === this.revocations) this.remember(name, { key, caller, askedAt: now });
    return caller;
  }

  /** Makes the next use of the key ask the database. */
  forget(apiKeyId: string): void {
    this.revocations += 1;
    for (const [name, { key }] of this.remembered) if (key.apiKeyId === apiKeyId) this.remembered.delete(name);
  }

  private remember(name: string, entry: Remembered): void {
    const [oldest] = this.remembered.keys();
    if (this.remembered.size >= REMEMBERED_KEYS_MAX && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(name, entry);
  }
}

/** What a key is remembered by: its digest, as a text at once, which costs a third of a buffer made into one. */
function nameOf(text: string): string {
  return hash('sha256', text, 'base64');
}

function matches(key: NewMachineKey, digest: Buffer): boolean {
  return key.digest.length === digest.length && timingSafeEqual(key.digest, digest);
}

export const KEY_AUTHENTICATOR = Symbol('KeyAuthenticator');
