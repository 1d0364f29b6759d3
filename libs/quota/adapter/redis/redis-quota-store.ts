import type { DataSource } from 'typeorm';
import type { EpochMs } from '#calendar';
import { onceAtATime, sqlStateOf } from '#platform';
import type { Claim, QuotaAmount } from '../../domain/index.js';
import {
  CountsUnavailableError,
  type FinishAnswer,
  type FinishOrder,
  type QuotaStore,
  type Reservation,
  type ReserveAnswer,
  type ReserveOrder,
} from '../../service/quota-store.js';
import type { StoreAudit } from '../../service/store-audit.js';
import { isRefusal, toQuotaError, UNIQUE_VIOLATION } from '../quota-errors.js';
import { SqlQuotaStore } from '../sql-quota-store.js';
import { askFor, askToSee } from './ask.js';
import { Audit } from './audit.js';
import { type Decided, Decisions } from './decisions.js';
import { Generations } from './generations.js';
import { KeptReservations, type KnownKey } from './kept-reservations.js';
import { Projection } from './projection.js';
import { Reconcile } from './reconcile.js';
import type { RedisCommands } from './redis-commands.js';
import { RedisCounts } from './redis-counts.js';

/** Counts that are lost while they are decided on are made anew, and the question put again, so often. */
const ATTEMPTS = 3;

/**
 * Redis decides, for it is fast; Postgres keeps reservations and usage, for it keeps them. What Redis has can be lost at any time:
 * it is made anew from Postgres, and what was decided on what is lost is not kept. At every moment Redis counts at least what
 * Postgres knows.
 */
export class RedisQuotaStore implements QuotaStore {
  private readonly sql: SqlQuotaStore;
  private readonly kept: KeptReservations;
  private readonly counts: RedisCounts;
  private readonly projection: Projection;
  private readonly decisions: Decisions;
  private readonly reconcile: Reconcile;
  private readonly auditing: Audit;
  private reconcileAt: EpochMs = 0;
  private readonly reconcileOnce = onceAtATime(() => this.reconcile.run(this.reconcileAt));

  /** `renewed` hears of each account whose counts this process has made anew. */
  constructor(dataSource: DataSource, redis: RedisCommands, renewed: (accountId: number) => void = () => undefined) {
    this.sql = new SqlQuotaStore(dataSource);
    this.kept = new KeptReservations(dataSource);
    this.counts = new RedisCounts(redis);
    this.projection = new Projection(dataSource, this.counts);
    const generations = new Generations(dataSource, this.counts, renewed);
    this.decisions = new Decisions(dataSource, this.counts, generations);
    this.reconcile = new Reconcile(dataSource, this.counts, this.projection, generations);
    this.auditing = new Audit(dataSource, this.counts, this.kept, this.projection, generations);
  }

  async reserve(orders: readonly ReserveOrder[]): Promise<readonly ReserveAnswer[]> {
    const answers: ReserveAnswer[] = [];
    for (const part of partsOf(orders)) answers.push(...(await this.reservePart(part)));
    return answers;
  }

  async look(claims: readonly Claim[]): Promise<readonly QuotaAmount[]> {
    const accounts = new Set(claims.map(({ count }) => count.accountId));
    const seen = new Map<Claim, QuotaAmount>();
    for (const accountId of accounts) {
      const own = claims.filter(({ count }) => count.accountId === accountId);
      const amounts = await this.lookAt(accountId, own).catch((error: unknown) => {
        throw toQuotaError(error);
      });
      own.forEach((claim, i) => seen.set(claim, amounts[i] ?? 0n));
    }
    return claims.map((claim) => seen.get(claim) ?? 0n);
  }

  async finish(orders: readonly FinishOrder[]): Promise<readonly (FinishAnswer | undefined)[]> {
    const answers = await this.sql.finish(orders);
    await Promise.all([...new Set(orders.map(({ accountId }) => accountId))].map((id) => this.catchUp(id)));
    return answers;
  }

  async extend(
    accountId: number,
    reservationId: string,
    at: EpochMs,
    expiresAt: EpochMs,
  ): Promise<EpochMs | undefined> {
    const until = await this.sql.extend(accountId, reservationId, at, expiresAt);
    if (until !== undefined) await unlessOutOfReach(this.counts.postpone(accountId, reservationId, until));
    return until;
  }

  /** Also finds what others have left undone in Redis. */
  async expire(at: EpochMs, limit: number): Promise<number> {
    const ended = await this.sql.expire(at, limit);
    this.reconcileAt = at;
    await unlessOutOfReach(this.reconcileOnce());
    return ended;
  }

  find(accountId: number, reservationIds: readonly string[]): Promise<readonly Reservation[]> {
    return this.sql.find(accountId, reservationIds);
  }

  async catchUp(accountId: number): Promise<void> {
    await unlessOutOfReach(this.projection.catchUp(accountId));
  }

  audit(accountId: number, repair: boolean): Promise<StoreAudit | undefined> {
    return this.auditing.run(accountId, repair);
  }

  private async reservePart(orders: readonly ReserveOrder[]): Promise<readonly ReserveAnswer[]> {
    try {
      return await this.decideAndKeep(orders);
    } catch (error) {
      const undecided = { outcome: 'undecided', error: toQuotaError(error) } as const;
      return orders.map(() => undecided);
    }
  }

  private async decideAndKeep(orders: readonly ReserveOrder[]): Promise<ReserveAnswer[]> {
    const [{ accountId, revision } = { accountId: 0, revision: '' }] = orders;
    const known = await this.kept.find(accountId, orders);
    const keyIs = ({ idempotencyKey }: ReserveOrder) =>
      idempotencyKey === null ? undefined : known.get(idempotencyKey);
    const open = orders.filter((order) => !keyIs(order));
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const decided = await this.decisions.decide(askFor(accountId, open));
      const lost = await this.keep(open, decided, { accountId, revision, generation: decided.generation });
      if (lost) {
        this.decisions.confirm(accountId);
        const answers = new Map(open.map((order, i) => [order, answerOf(open, decided, lost, i)]));
        return orders.map((order) => answers.get(order) ?? toKnown(keyIs(order)));
      }
      await this.decisions.renew(accountId);
    }
    throw new CountsUnavailableError('the counts are lost again and again');
  }

  /** Those that are not kept, for their key is another's; undefined: none is, for the counts are others now. */
  private async keep(
    orders: readonly ReserveOrder[],
    { orders: verdicts }: Decided,
    part: Parameters<KeptReservations['keep']>[0],
  ): Promise<ReadonlyMap<string, KnownKey> | undefined> {
    const admitted = orders.filter((_, i) => verdicts[i]?.outcome === 'admitted');
    const giveBack = (ids: readonly string[]) => unlessOutOfReach(this.counts.tell(part.accountId, ids, []));
    const all = admitted.map(({ reservationId }) => reservationId);
    try {
      const lost = await this.kept.keep(part, admitted);
      await giveBack(lost ? [...lost.keys()] : all);
      return lost;
    } catch (error) {
      // Of a connection that broke nobody knows what became, and an id that is there already may be under way: what is held is held
      // until it is due, and then looked up.
      if (isRefusal(error) && sqlStateOf(error) !== UNIQUE_VIOLATION) await giveBack(all);
      throw error;
    }
  }

  private async lookAt(accountId: number, claims: readonly Claim[]): Promise<readonly QuotaAmount[]> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { generation, orders } = await this.decisions.decide(askToSee(accountId, claims));
      if (await this.kept.isCurrent(accountId, generation)) {
        const [seen] = orders;
        return seen && seen.outcome !== 'known' ? seen.before : [];
      }
      await this.decisions.renew(accountId);
    }
    throw new CountsUnavailableError('the counts are lost again and again');
  }
}

/** Orders of one account and the same definitions, in their order. */
function partsOf(orders: readonly ReserveOrder[]): ReserveOrder[][] {
  const parts: ReserveOrder[][] = [];
  for (const order of orders) {
    const part = parts.at(-1);
    if (part?.[0]?.accountId === order.accountId && part[0].revision === order.revision) part.push(order);
    else parts.push([order]);
  }
  return parts;
}

function answerOf(
  orders: readonly ReserveOrder[],
  { orders: verdicts }: Decided,
  lost: ReadonlyMap<string, KnownKey>,
  place: number,
): ReserveAnswer {
  const [order, verdict] = [orders[place], verdicts[place]];
  if (!order || !verdict) throw new Error('Redis answered fewer orders than it was asked');
  if (verdict.outcome === 'known') {
    // It may itself have come after another's.
    const first = orders[verdict.place];
    return toKnown(first && (lost.get(first.reservationId) ?? first));
  }
  const known = lost.get(order.reservationId);
  return known ? toKnown(known) : verdict;
}

function toKnown(known: KnownKey | undefined): ReserveAnswer {
  return { outcome: 'known', reservationId: known?.reservationId ?? '', fingerprint: known?.fingerprint ?? '' };
}

/** What is not told now is found by a sweep. */
async function unlessOutOfReach(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof CountsUnavailableError)) throw error;
  }
}
