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
  readonly age: Age;
}

interface Age {
  readonly readAt: EpochMs;
  validUntil: EpochMs;
  /** Who asks from then on has it read again ahead of its end. */
  aheadAt: EpochMs;
}

/** What no reservation would find out about, such as a limit that a check is told, is no older than this. */
const FRESH_MS = 2_000;
/** Of an account in use it is read again at this age, beside the requests: none of them waits for it then. */
const AHEAD_MS = 1_600;

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
    if (!kept || now >= kept.age.validUntil || now < kept.age.readAt) return this.read(accountId, now);
    if (now >= kept.age.aheadAt) this.readAhead(accountId, kept, now);
    return kept.catalog;
  }

  forget(accountId: number): void {
    this.kept.delete(accountId);
  }

  /** What cannot be read again is what it was: whether that still holds is for the store to say. */
  private read(accountId: number, now: EpochMs): Promise<KnownCatalog> {
    const before = this.kept.get(accountId);
    const kept = this.begin(accountId, now);
    this.kept.set(accountId, kept);
    kept.catalog.catch(() => {
      if (this.kept.get(accountId) !== kept) return;
      if (before) this.kept.set(accountId, { catalog: before.catalog, age: ageFrom(now) });
      else this.kept.delete(accountId);
    });
    return before ? kept.catalog.catch(() => before.catalog) : kept.catalog;
  }

  /** Once. What fails then is read again when its time is over. */
  private readAhead(accountId: number, kept: Kept, now: EpochMs): void {
    kept.age.aheadAt = Number.POSITIVE_INFINITY;
    const next = this.begin(accountId, now);
    next.catalog.then(
      () => this.kept.get(accountId) === kept && this.kept.set(accountId, next),
      () => undefined,
    );
  }

  private begin(accountId: number, now: EpochMs): Kept {
    const age = ageFrom(now);
    return { catalog: this.load(accountId, age), age };
  }

  private async load(accountId: number, age: Age): Promise<KnownCatalog> {
    const { revision, quotas, validUntil } = await this.reader.load(accountId, age.readAt);
    if (validUntil !== null) age.validUntil = Math.min(age.validUntil, validUntil);
    return { revision, index: new QuotaIndex(quotas) };
  }
}

function ageFrom(now: EpochMs): Age {
  return { readAt: now, validUntil: now + FRESH_MS, aheadAt: now + AHEAD_MS };
}
