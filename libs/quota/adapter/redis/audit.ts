import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CountsUnavailableError } from '../../service/quota-store.js';
import { faultsOf, type StoreAudit, type StoreDifference } from '../../service/store-audit.js';
import { LISTED_MAX } from './audit-scripts.js';
import type { Generations } from './generations.js';
import type { KeptReservations } from './kept-reservations.js';
import type { Projection } from './projection.js';
import { type ReadCount, readUsage } from './read-usage.js';
import type { KnownUsage, RedisCounts } from './redis-counts.js';

/** A comparison during which the counts were made anew says nothing; it is begun again so often. */
const ATTEMPTS = 3;
const RETRY_MS = 50;
const PAGE = 1_000;

/** By when they are over: that only ever becomes later, so none is passed over. */
const ACTIVE = `
  select reservation_id as id, expires_at::text as "expiresAt" from quota_reservation
  where account_id = $1 and state = 'active' and (expires_at, reservation_id) > ($2::timestamptz, $3::uuid)
  order by expires_at, reservation_id limit ${PAGE}`;
const BEFORE_ALL = { id: '00000000-0000-0000-0000-000000000000', expiresAt: '-infinity' };

const STILL_ACTIVE = `
  select reservation_id as id from quota_reservation
  where account_id = $1 and reservation_id = any($2::uuid[]) and state = 'active'`;

type Comparison = Omit<StoreAudit, 'repaired'>;

/**
 * Compares what Redis has with itself and with Postgres, beside all who reserve, end and meter. What it calls wrong is wrong:
 *
 * - Redis knows a reservation before Postgres does and until Postgres has ended it, and one that has ended is never active again. So one
 *   that was active before Redis was asked, is not there, and is active afterwards is missing.
 * - Whoever changes a count's usage writes down that Redis is to be told. So what Postgres had before all of that was told, Redis
 *   has after it, or something later; never something later than Postgres has when it is asked again.
 *
 * Both hold within one generation, so that has to be the same at the beginning and at the end, in Redis and in Postgres.
 */
export class Audit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly counts: RedisCounts,
    private readonly kept: KeptReservations,
    private readonly projection: Projection,
    private readonly generations: Generations,
  ) {}

  /**
   * Undefined: nothing is decided on what Redis has of the account, or it was made anew meanwhile, again and again. Throws
   * `CountsUnavailableError`.
   */
  async run(accountId: number, repair: boolean): Promise<StoreAudit | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const generation = await this.counts.generation(accountId);
      if (generation === undefined) return undefined;
      if (await this.kept.isCurrent(accountId, generation)) {
        const comparison = await this.compare(accountId);
        if (await this.isStill(accountId, generation)) {
          const repaired = repair && faultsOf(comparison) > 0;
          if (repaired) await this.makeAnew(accountId, generation);
          return { ...comparison, repaired };
        }
      }
      await sleep(RETRY_MS);
    }
    return undefined;
  }

  private async isStill(accountId: number, generation: string): Promise<boolean> {
    if ((await this.counts.generation(accountId)) !== generation) return false;
    return this.kept.isCurrent(accountId, generation);
  }

  /** Given up first: whatever comes of making them, nothing is decided on the wrong ones any more. */
  private async makeAnew(accountId: number, generation: string): Promise<void> {
    await this.generations.abandon(accountId, generation);
    try {
      await this.generations.renew(accountId, false);
    } catch (error) {
      // The next who asks for a decision has them made.
      if (!(error instanceof CountsUnavailableError)) throw error;
    }
  }

  private async compare(accountId: number): Promise<Comparison> {
    const held = await this.counts.heldDifferences(accountId);
    const { reservations, missing } = await this.compareReservations(accountId);
    const { counts, usage } = await this.compareUsage(accountId);
    const differences: StoreDifference[] = [
      ...(held?.listed ?? []).map(({ name, held: counted, sum }) => {
        return { name, part: 'held', counted, expected: sum } as const;
      }),
      ...usage.listed,
    ];
    return {
      counts,
      reservations,
      heldCompared: held !== undefined,
      differences: differences.sort(byName),
      moreDifferences: (held?.many ?? 0) + usage.many - differences.length,
      missing: missing.listed,
      moreMissing: missing.many - missing.listed.length,
    };
  }

  private async compareReservations(accountId: number) {
    const missing = new Listing<string>();
    let reservations = 0;
    for await (const ids of this.active(accountId)) {
      reservations += ids.length;
      const absent = await this.counts.absent(accountId, ids);
      if (absent.length === 0) continue;
      const rows = await this.dataSource.query<{ id: string }[]>(STILL_ACTIVE, [accountId, absent]);
      for (const { id } of rows) missing.add(id);
    }
    return { reservations, missing };
  }

  private async *active(accountId: number): AsyncGenerator<string[]> {
    let last: { readonly id: string; readonly expiresAt: string } | undefined = BEFORE_ALL;
    while (last) {
      const parameters = [accountId, last.expiresAt, last.id];
      const rows: (typeof BEFORE_ALL)[] = await this.dataSource.query(ACTIVE, parameters);
      if (rows.length > 0) yield rows.map(({ id }) => id);
      last = rows.length < PAGE ? undefined : rows.at(-1);
    }
  }

  private async compareUsage(accountId: number) {
    const usage = new Listing<StoreDifference>();
    let counts = 0;
    for await (const usages of this.counts.usages(accountId)) {
      const told = usages.filter(({ revision }) => revision === null || revision >= 0);
      counts += told.length;
      for (const difference of await this.usageDifferences(accountId, told)) usage.add(difference);
    }
    return { counts, usage };
  }

  /** Most are right at the first look. Of the others Redis may not have been told yet, or Postgres may have gone on meanwhile. */
  private async usageDifferences(accountId: number, usages: readonly KnownUsage[]): Promise<StoreDifference[]> {
    const first = await readUsage(
      this.dataSource,
      accountId,
      usages.map(({ name }) => name),
    );
    const doubtful = usages.flatMap((usage, i) => {
      const before = first[i];
      return before && !isRight(usage, before, before) ? [{ name: usage.name, before }] : [];
    });
    if (doubtful.length === 0) return [];
    await this.projection.catchUp(accountId);
    const names = doubtful.map(({ name }) => name);
    const found = await this.counts.usageOf(accountId, names);
    const last = await readUsage(this.dataSource, accountId, names);
    return doubtful.flatMap(({ name, before }, i): StoreDifference[] => {
      const [usage, after] = [found[i], last[i]];
      if (!usage || !after || isRight(usage, before, after)) return [];
      return [{ name, part: 'usage', counted: usage.revision === null ? null : usage.usage, expected: after.usage }];
    });
  }
}

/** Names the first of them, and counts all. */
class Listing<T> {
  readonly listed: T[] = [];
  many = 0;

  add(item: T): void {
    this.many += 1;
    if (this.listed.length < LISTED_MAX) this.listed.push(item);
  }
}

/** Whether Redis may have that of a count that Postgres had so before and has so after. */
function isRight({ revision, usage }: KnownUsage, before: ReadCount, after: ReadCount): boolean {
  if (revision === null) return false;
  // Windows long over are dropped in Postgres, and nobody asks for them.
  if (revision < 0 || !before.exists || !after.exists) return true;
  if (revision < before.revision || revision > after.revision) return false;
  return [before, after].every((read) => read.revision !== revision || read.usage === usage);
}

function byName(a: StoreDifference, b: StoreDifference): number {
  return (
    Number(BigInt(a.name.seriesId) - BigInt(b.name.seriesId)) ||
    a.name.start - b.name.start ||
    (a.name.subject < b.name.subject ? -1 : a.name.subject > b.name.subject ? 1 : 0) ||
    (a.part < b.part ? -1 : 1)
  );
}
