import type { Clock, EpochMs } from '#calendar';
import {
  isCost,
  isEnforced,
  isOfPayer,
  type Quota,
  type QuotaAsk,
  type QuotaFacts,
  type QuotaMeasure,
  type QuotaVerdict,
  verdictOf,
} from '../domain/index.js';
import { type BuildAsks, claimOf } from './build-asks.js';
import { Coalescer } from './coalescer.js';
import type { CountLedger } from './count-ledger.js';
import type { Estimate } from './estimate-usage.js';
import type { QuotaCatalogs } from './quota-catalogs.js';
import {
  CountsUnavailableError,
  type FinishAnswer,
  type FinishOrder,
  MissingCountError,
  type QuotaStore,
  type ReserveAnswer,
  type ReserveOrder,
  StaleDefinitionsError,
} from './quota-store.js';

/** A request as quotas see it. */
export interface Question {
  readonly accountId: number;
  readonly facts: QuotaFacts;
  /** Whether the cost centre and business unit of the facts are known. If not, the database that would say so is out of reach. */
  readonly payerKnown: boolean;
  readonly estimate: Estimate;
  readonly at: EpochMs;
}

/** What all quotas that apply say together. `uncounted`: the counts were out of reach, and none of them minds. */
export interface Decision {
  readonly outcome: 'admitted' | 'refused';
  readonly verdicts: readonly QuotaVerdict[];
  readonly uncounted: boolean;
}

export interface KnownReservation {
  readonly outcome: 'known';
  readonly reservationId: string;
  readonly fingerprint: string;
}

/** What a reservation is beside the question. */
export type NewReservation = Pick<
  ReserveOrder,
  'reservationId' | 'expiresAt' | 'request' | 'fingerprint' | 'idempotencyKey'
>;

/** One call to the store holds so many orders at most; one is under way, another beside it if that takes its time. */
const SETTINGS = { lanes: 2, lateMs: 50, ordersMax: 256 };
/** Definitions change now and then, not at each attempt. */
const ATTEMPTS = 5;
/** A store that hangs must not keep all who ask waiting. What it decides after all is held until its time is over; what it ends after all is ended. */
const TIME_LIMIT = { ms: 10_000, tooLate: () => new CountsUnavailableError('the counts did not answer in time') };
/** Before a refusal what is due is let go, but not at each of a thousand refusals. */
const EXPIRE_EVERY_MS = 250;
const EXPIRE_MAX = 1_000;

/** Puts a question to all quotas that apply, in one step, with those who ask at the same time. */
export class Decide {
  private readonly reserving: Coalescer<ReserveOrder, ReserveAnswer>;
  private readonly finishing: Coalescer<FinishOrder, FinishAnswer | undefined>;
  private expiredAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: QuotaStore,
    private readonly catalogs: QuotaCatalogs,
    private readonly asks: BuildAsks,
    private readonly ledger: CountLedger,
    private readonly clock: Clock,
  ) {
    this.reserving = new Coalescer((orders) => store.reserve(orders), { ...SETTINGS, timeLimit: TIME_LIMIT });
    this.finishing = new Coalescer((orders) => store.finish(orders), { ...SETTINGS, timeLimit: TIME_LIMIT });
  }

  /** Undefined: the counts are out of reach, and a quota that applies admits nothing without them. */
  async reserve(question: Question, reservation: NewReservation): Promise<Decision | KnownReservation | undefined> {
    if (await this.isBlind(question)) return this.withoutCounts(question);
    const decided = await this.attempt(question, reservation);
    if (decided?.outcome !== 'refused' || !(await this.letGoOfTheDue())) return decided;
    return this.attempt(question, reservation);
  }

  /** The same, with nothing held. */
  async look(question: Question): Promise<Decision | undefined> {
    if (await this.isBlind(question)) return this.withoutCounts(question);
    const { accountId } = question;
    const { index } = await this.catalogs.of(accountId);
    const applicable = index.applicable(question.facts);
    try {
      const asks = await this.asksOf(question, applicable);
      const before = await this.store.look(asks.map((ask) => claimOf(accountId, ask)));
      const refused = asks.some((ask, i) => verdictOf(ask, before[i] ?? 0n, false).refused);
      const verdicts = asks.map((ask, i) => verdictOf(ask, before[i] ?? 0n, !refused));
      return { outcome: refused ? 'refused' : 'admitted', verdicts, uncounted: false };
    } catch (error) {
      return fallBack(error, applicable);
    }
  }

  /** Throws `CountsUnavailableError`: whether it is ended then nobody knows, and to end it again changes nothing. */
  finish(order: FinishOrder): Promise<FinishAnswer | undefined> {
    return this.finishing.ask(order);
  }

  /** What each series of the quotas in force measures. */
  async measuresOf(accountId: number): Promise<ReadonlyMap<string, QuotaMeasure>> {
    const { index } = await this.catalogs.of(accountId);
    return new Map(index.quotas.map(({ seriesId, measure }) => [seriesId, measure]));
  }

  private async attempt(
    question: Question,
    reservation: NewReservation,
  ): Promise<Decision | KnownReservation | undefined> {
    const { accountId, at } = question;
    for (let attempt = 1; ; attempt += 1) {
      const { revision, index } = await this.catalogs.of(accountId);
      const applicable = index.applicable(question.facts);
      const asks = await this.asksOf(question, applicable).catch((error: unknown) => fallBack(error, applicable));
      if (!isAsks(asks)) return asks;
      const claims = asks.map((ask) => claimOf(accountId, ask));
      const answer = await this.reserving
        .ask(orderOf(reservation, { accountId, revision, at, claims }))
        .catch((error: unknown) => ({ outcome: 'undecided', error }) as const);
      if (answer.outcome !== 'undecided') return decisionOf(asks, answer);
      if (attempt === ATTEMPTS || !this.isOutdated(answer.error, accountId)) return fallBack(answer.error, asks);
    }
  }

  /** Whether a quota depends on what nobody can say now: who pays for the request, or what it costs. */
  private async isBlind(question: Question): Promise<boolean> {
    const { payerKnown, estimate } = question;
    if (payerKnown && estimate.pricesKnown) return false;
    return (await this.candidates(question)).some(
      (quota) => (!payerKnown && isOfPayer(quota)) || (!estimate.pricesKnown && isCost(quota.measure)),
    );
  }

  /**
   * Of such a request nothing is counted: a quota of its cost centre would be passed by, one of cost would hold nothing. Any of
   * those of a cost centre or business unit may apply, so it is refused if one fails closed, whosever it is.
   */
  private async withoutCounts(question: Question): Promise<Decision | undefined> {
    return uncounted(await this.candidates(question));
  }

  private async candidates({ accountId, facts, payerKnown }: Question): Promise<readonly Quota[]> {
    const { index } = await this.catalogs.of(accountId);
    return payerKnown ? index.applicable(facts).map(({ quota }) => quota) : index.possible(facts);
  }

  private asksOf({ accountId, facts, estimate, at }: Question, applicable: Parameters<BuildAsks['run']>[0]) {
    return this.asks.run(applicable, { accountId, at, tier: facts.tier, estimate: estimate.usage });
  }

  /** Whether to ask once more will do; then what was known wrongly is forgotten. */
  private isOutdated(error: unknown, accountId: number): boolean {
    if (error instanceof StaleDefinitionsError) this.catalogs.forget(accountId);
    else if (error instanceof MissingCountError) this.ledger.forget();
    else return false;
    return true;
  }

  /** A reservation whose time is over holds nothing, though nobody has said so yet. Whether any was let go. */
  private async letGoOfTheDue(): Promise<boolean> {
    const now = performance.now();
    if (now - this.expiredAt < EXPIRE_EVERY_MS) return false;
    this.expiredAt = now;
    // What could not be let go of changes nothing about what was decided.
    return this.store.expire(this.clock.now(), EXPIRE_MAX).then(
      (expired) => expired > 0,
      () => false,
    );
  }
}

function orderOf(
  { reservationId, expiresAt, request, fingerprint, idempotencyKey }: NewReservation,
  { accountId, revision, at, claims }: Omit<ReserveOrder, keyof NewReservation>,
): ReserveOrder {
  return { accountId, revision, at, claims, reservationId, expiresAt, request, fingerprint, idempotencyKey };
}

function isAsks(asked: readonly QuotaAsk[] | Decision | undefined): asked is readonly QuotaAsk[] {
  return Array.isArray(asked);
}

function decisionOf(
  asks: readonly QuotaAsk[],
  answer: Exclude<ReserveAnswer, { readonly outcome: 'undecided' }>,
): Decision | KnownReservation {
  if (answer.outcome === 'known') return answer;
  const { outcome, before } = answer;
  const verdicts = asks.map((ask, i) => verdictOf(ask, before[i] ?? 0n, outcome === 'admitted'));
  return { outcome, verdicts, uncounted: false };
}

/** What holds without counts. Throws what is no outage of them. */
function fallBack(error: unknown, asks: readonly Pick<QuotaAsk, 'quota'>[]): Decision | undefined {
  if (!(error instanceof CountsUnavailableError)) throw error;
  return uncounted(asks.map(({ quota }) => quota));
}

/** Quotas that enforce nothing do not matter, of the others each says. */
function uncounted(quotas: readonly Quota[]): Decision | undefined {
  if (quotas.some((quota) => isEnforced(quota) && quota.fallback === 'closed')) return undefined;
  return { outcome: 'admitted', verdicts: [], uncounted: true };
}
