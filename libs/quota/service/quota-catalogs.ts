import type { Clock, EpochMs } from '#calendar';
import { QuotaIndex } from '../domain/index.js';
import type { QuotaCatalogReader } from './quota-catalog.js';

/** An account's quotas as this process knows them. */
export interface KnownCatalog {
  readonly revision: string;
  readonly index: QuotaIndex;
}

interface Kept {
  readonly catalog: Promise<KnownCatalog>;
  readonly readAt: EpochMs;
  validUntil: EpochMs;
}

/** What no reservation would find out about, such as a limit that a check is told, is no older than this. */
const FRESH_MS = 2_000;

/** Remembers definitions. A reservation is decided by none but those in force: the store refuses what others say. */
export class QuotaCatalogs {
  private readonly kept = new Map<number, Kept>();

  constructor(
    private readonly reader: QuotaCatalogReader,
    private readonly clock: Clock,
  ) {}

  /** `revision`: that in force, where the caller knows it and keeps it from changing. */
  async of(accountId: number, revision?: string): Promise<KnownCatalog> {
    const known = await this.recent(accountId);
    if (revision === undefined || known.revision === revision) return known;
    return this.read(accountId, this.clock.now());
  }

  private recent(accountId: number): Promise<KnownCatalog> {
    const now = this.clock.now();
    const kept = this.kept.get(accountId);
    // A clock that was set back makes what it knew of no age.
    if (kept && now < kept.validUntil && now >= kept.readAt) return kept.catalog;
    return this.read(accountId, now);
  }

  forget(accountId: number): void {
    this.kept.delete(accountId);
  }

  /** What cannot be read again is what it was: whether that still holds is for the store to say. */
  private read(accountId: number, now: EpochMs): Promise<KnownCatalog> {
    const before = this.kept.get(accountId);
    const kept: Kept = { catalog: this.load(accountId, now), readAt: now, validUntil: now + FRESH_MS };
    this.kept.set(accountId, kept);
    kept.catalog.catch(() => {
      if (this.kept.get(accountId) !== kept) return;
      if (before) this.kept.set(accountId, { ...before, readAt: now, validUntil: now + FRESH_MS });
      else this.kept.delete(accountId);
    });
    return before ? kept.catalog.catch(() => before.catalog) : kept.catalog;
  }

  private async load(accountId: number, now: EpochMs): Promise<KnownCatalog> {
    const { revision, quotas, validUntil } = await this.reader.load(accountId, now);
    const kept = this.kept.get(accountId);
    if (kept?.readAt === now && validUntil !== null) kept.validUntil = Math.min(kept.validUntil, validUntil);
    return { revision, index: new QuotaIndex(quotas) };
  }
}
