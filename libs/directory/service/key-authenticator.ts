import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock, EpochMs } from '#calendar';
import { type Caller, type NewMachineKey, parseMachineKey, sha256 } from '../domain/index.js';
import type { KeyStore } from './key-store.js';

/** A key revoked by another process is refused after at most this time; by this process, at once. */
const REMEMBERED_MS = 5_000;
/** A key in use is asked for again this long after it was, beside the requests, none of which has to wait for the answer then. */
const ASK_AHEAD_MS = 4_000;
const REMEMBERED_KEYS_MAX = 1_000;
/**
 * While the database is out of reach a key stays good for this long after it last said so: the longest that a key lives on which
 * was revoked where the database is within reach.
 */
const HELD_MS = 300_000;

interface Remembered {
  readonly key: NewMachineKey;
  readonly caller: Caller;
  /** When the database was asked, not when it answered; if it did not, when that was known. */
  readonly askedAt: EpochMs;
  /** When the database was asked that said the key is good. */
  readonly confirmedAt: EpochMs;
  /** Set once it was asked for ahead of its end; whoever remembers the key anew begins without. */
  isAskedFor?: boolean;
}

/**
 * Finds who a machine key belongs to. Good keys are remembered for a few seconds, by digest: the secret stays in nobody's
 * memory. Unknown ones are not, so that a key made this moment works this moment. While the database is out of reach good keys are
 * held for some minutes: quotas that fail open let requests through then.
 */
export class KeyAuthenticator {
  private readonly remembered = new Map<string, Remembered>();
  private revocations = 0;

  constructor(
    private readonly store: KeyStore,
    private readonly clock: Clock,
    private readonly isOutage: (error: unknown) => boolean,
  ) {}

  /** The caller of a key that is remembered. Undefined says nothing: `authenticate` asks the database. */
  recall(text: string): Caller | undefined {
    const name = nameOf(text);
    const known = this.remembered.get(name);
    if (!known || !this.isWithin(REMEMBERED_MS, known.askedAt) || !this.isWithin(HELD_MS, known.confirmedAt))
      return undefined;
    if (!known.isAskedFor && !this.isWithin(ASK_AHEAD_MS, known.askedAt)) this.askAhead(name, known, text);
    return known.caller;
  }

  /** Undefined for what is no key, is not known, or is revoked: callers learn no more than that. */
  async authenticate(text: string): Promise<Caller | undefined> {
    const recalled = this.recall(text);
    if (recalled) return recalled;
    const parsed = parseMachineKey(text);
    if (!parsed) return undefined;
    const name = nameOf(text);
    try {
      return await this.ask(name, parsed.apiKeyId, sha256(text));
    } catch (error) {
      const held = this.isOutage(error) ? this.hold(name) : undefined;
      if (held) return held;
      throw error;
    }
  }

  /** Makes the next use of the key ask the database. */
  forget(apiKeyId: string): void {
    this.revocations += 1;
    for (const [name, { key }] of this.remembered) if (key.apiKeyId === apiKeyId) this.remembered.delete(name);
  }

  /** Not while the database is out of reach: then that is tried once in a while. What goes wrong is told to who asks next. */
  private askAhead(name: string, known: Remembered, text: string): void {
    if (known.askedAt !== known.confirmedAt) return;
    known.isAskedFor = true;
    this.ask(name, known.key.apiKeyId, sha256(text)).catch(() => undefined);
  }

  private async ask(name: string, apiKeyId: string, digest: Buffer): Promise<Caller | undefined> {
    const now = this.clock.now();
    const { revocations } = this;
    const key = await this.store.findByDigest(digest);
    if (key?.apiKeyId !== apiKeyId || key.revokedAt !== null || !matches(key, digest)) {
      // Revoked by another process: nor may an answer that is under way from before that be remembered.
      if (this.remembered.has(name)) this.forget(apiKeyId);
      return undefined;
    }
    const caller = { accountId: key.accountId, apiKeyId: key.apiKeyId, scopes: new Set(key.scopes) };
    // What was read before a revocation may be from before it.
    if (revocations === this.revocations) this.remember(name, { key, caller, askedAt: now, confirmedAt: now });
    return caller;
  }

  /** The caller of a key that was good when the database last spoke, which is then not asked for as long as after an answer. */
  private hold(name: string): Caller | undefined {
    const known = this.remembered.get(name);
    if (!known || !this.isWithin(HELD_MS, known.confirmedAt)) return undefined;
    const { key, caller, confirmedAt } = known;
    this.remember(name, { key, caller, confirmedAt, askedAt: this.clock.now() });
    return known.caller;
  }

  /** A clock set back must not keep a revoked key alive. */
  private isWithin(ms: number, instant: EpochMs): boolean {
    return Math.abs(this.clock.now() - instant) < ms;
  }

  private remember(name: string, entry: Remembered): void {
    this.remembered.delete(name);
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
