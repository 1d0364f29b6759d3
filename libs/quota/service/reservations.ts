import { createHash } from 'node:crypto';
import type { Clock, EpochMs } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { amountOf, isCost, type QuotaFacts, type QuotaUsage, type QuotaVerdict } from '../domain/index.js';
import type { Decide, Decision, Question } from './decide.js';
import type { Estimate, EstimateInput, EstimateUsage } from './estimate-usage.js';
import { keptRequest, readKeptRequest, usageOfKept } from './kept-request.js';
import type { Payer, Payers } from './payers.js';
import type { QuotaMetrics } from './quota-metrics.js';
import { CountsUnavailableError, type FinishAnswer, type QuotaStore, type Reservation } from './quota-store.js';

/** Who is about to make a request, as the caller says it. */
export type AskedSubject = Omit<QuotaFacts, 'businessUnit' | 'costCenter' | 'status'>;

export interface AskInput {
  readonly accountId: number;
  readonly subject: AskedSubject;
  readonly estimate: EstimateInput;
}

export interface ReserveInput extends AskInput {
  /** For how long it is held; undefined: `TTL_MS`. */
  readonly ttlMs?: number | undefined;
  /** The same key again gives the same reservation; undefined: none was sent. */
  readonly idempotencyKey?: string | undefined;
}

/** What is said to one who asks. Throttled: admitted, at low priority. */
export interface Admission {
  readonly decision: 'admitted' | 'throttled' | 'refused';
  readonly estimate: Estimate;
  readonly verdicts: readonly QuotaVerdict[];
  /** The counts were out of reach and all quotas that apply let requests through then: nothing is held. */
  readonly uncounted: boolean;
}

export interface Reserved extends Admission {
  /** Null when it was refused, or admitted uncounted. */
  readonly reservation: { readonly reservationId: string; readonly expiresAt: EpochMs } | null;
}

export interface SettleInput {
  readonly accountId: number;
  readonly reservationId: string;
  /** What was used; undefined: what was estimated. */
  readonly used?: EstimateInput | undefined;
}

const TTL_MS = 300_000;
const NOT_SURELY_ENDED = 'The counts of quotas are out of reach, and the reservation may not have ended: ask again.';

/** Asks, holds and settles: what stands before a request and after it. */
export class Reservations {
  constructor(
    private readonly store: QuotaStore,
    private readonly decide: Decide,
    private readonly estimates: EstimateUsage,
    private readonly payers: Payers,
    private readonly metrics: QuotaMetrics,
    private readonly ids: { readonly newId: () => string; readonly clock: Clock },
  ) {}

  /** What would be said, with nothing held. Fails with `quota.counts_unavailable`. */
  async check(input: AskInput): Promise<Outcome<Admission>> {
    const question = await this.questionOf(input);
    const decided = await this.decide.look(question);
    if (!decided) return unavailable();
    return succeed(admissionOf(decided, question.estimate));
  }

  /** Holds what a request is expected to use. Fails with `quota.counts_unavailable`, `quota.idempotency_key_reused`. */
  async reserve(input: ReserveInput): Promise<Outcome<Reserved>> {
    const question = await this.questionOf(input);
    const { facts, estimate } = question;
    const reservationId = this.ids.newId();
    const expiresAt = question.at + (input.ttlMs ?? TTL_MS);
    const fingerprint = input.idempotencyKey === undefined ? '' : fingerprintOf(input);
    const decided = await this.decide.reserve(question, {
      reservationId,
      expiresAt,
      request: keptRequest(facts, estimate.usage),
      fingerprint,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    if (!decided) return unavailable();
    if (decided.outcome === 'known') return this.knownAgain(question, fingerprint, decided);
    const admission = admissionOf(decided, estimate);
    this.metrics.decided(admission.decision, decided.uncounted);
    const held = admission.decision !== 'refused' && !decided.uncounted;
    const { decision, verdicts, uncounted } = admission;
    return succeed({
      decision,
      estimate,
      verdicts,
      uncounted,
      reservation: held ? { reservationId, expiresAt } : null,
    });
  }

  async get(accountId: number, reservationId: string): Promise<Outcome<Reservation>> {
    const [found] = await this.store.find(accountId, [reservationId]);
    return found ? succeed(found) : unknown(reservationId);
  }

  /**
   * Puts what was used in the place of what was held, whatever it is: it has been used. Settling again changes nothing. One that
   * expired is settled all the same. Fails with `quota.reservation_not_found`, `quota.reservation_released`, `quota.counts_unavailable`.
   */
  async settle({ accountId, reservationId, used }: SettleInput): Promise<Outcome<Reservation>> {
    const [found] = await this.store.find(accountId, [reservationId]);
    if (!found) return unknown(reservationId);
    const amounts = found.state === 'settled' || found.state === 'released' ? [] : await this.amountsOf(found, used);
    if (!amounts) return unavailable(NOT_SURELY_ENDED);
    return this.finish(found, 'settled', amounts);
  }

  /** Gives back what is held: the request was not made. Fails with `quota.reservation_not_found`, `quota.reservation_settled`, `quota.counts_unavailable`. */
  async release(accountId: number, reservationId: string): Promise<Outcome<Reservation>> {
    const [found] = await this.store.find(accountId, [reservationId]);
    if (!found) return unknown(reservationId);
    return this.finish(found, 'released', []);
  }

  /** Holds it for so long from now, or as long as it was if that is longer. Fails with `quota.reservation_not_found`, `quota.reservation_ended`. */
  async extend(accountId: number, reservationId: string, ttlMs: number): Promise<Outcome<Reservation>> {
    const at = this.ids.clock.now();
    const expiresAt = await this.store.extend(accountId, reservationId, at, at + ttlMs);
    const [found] = await this.store.find(accountId, [reservationId]);
    if (!found) return unknown(reservationId);
    if (expiresAt !== undefined) return succeed(found);
    return fail({
      kind: 'conflict',
      code: 'quota.reservation_ended',
      detail: `The reservation ${reservationId} is over (${found.state === 'active' ? 'expired' : found.state}): make another.`,
    });
  }

  private async finish(
    { accountId, reservationId }: Reservation,
    state: 'settled' | 'released',
    amounts: readonly bigint[],
  ): Promise<Outcome<Reservation>> {
    const at = this.ids.clock.now();
    const answer = await this.decide
      .finish({ accountId, reservationId, at, state, amounts })
      .catch((error: unknown) => {
        if (!(error instanceof CountsUnavailableError)) throw error;
        return 'unanswered' as const;
      });
    if (answer === 'unanswered') return unavailable(NOT_SURELY_ENDED);
    const refusal = refusalOf(answer, state, reservationId);
    if (refusal) return fail(refusal);
    return this.get(accountId, reservationId);
  }

  /** What was used in each of the reservation's shares; undefined: some of it is a cost, and nobody can say now what it is. */
  private async amountsOf(
    { accountId, request, shares }: Reservation,
    used: EstimateInput | undefined,
  ): Promise<bigint[] | undefined> {
    const kept = readKeptRequest(request);
    const measures = await this.decide.measuresOf(accountId);
    const estimate = used && (await this.estimates.run(accountId, kept.facts, notGuessed(used), this.ids.clock.now()));
    const usage = estimate?.usage ?? usageOfKept(kept);
    const isOfCost = ({ seriesId }: (typeof shares)[number]) => isCost(measures.get(seriesId) ?? 'requests');
    if (estimate?.pricesKnown === false && shares.some(isOfCost)) return undefined;
    // A quota that is no longer there counts nothing.
    return shares.map(({ seriesId }) => {
      const measure = measures.get(seriesId);
      return measure === undefined ? 0n : amountOf(measure, usage);
    });
  }

  /** The same request once more: what it was told then, and what is left now. */
  private async knownAgain(
    question: Question,
    fingerprint: string,
    known: { readonly reservationId: string; readonly fingerprint: string },
  ): Promise<Outcome<Reserved>> {
    const { accountId, estimate } = question;
    if (known.fingerprint !== fingerprint)
      return fail({
        kind: 'conflict',
        code: 'quota.idempotency_key_reused',
        detail: 'The idempotency key was used for another request.',
      });
    const [[found], looked] = await Promise.all([
      this.store.find(accountId, [known.reservationId]),
      this.decide.look({ ...question, estimate: { ...estimate, usage: NOTHING } }),
    ]);
    if (!found || !looked) return unavailable();
    return succeed({
      decision: 'admitted',
      estimate,
      verdicts: looked.verdicts,
      uncounted: false,
      reservation: { reservationId: found.reservationId, expiresAt: found.expiresAt },
    });
  }

  private async questionOf({ accountId, subject, estimate: input }: AskInput): Promise<Question> {
    const at = this.ids.clock.now();
    const payer = await this.payers.of(accountId, subject.team, at);
    const facts = factsOf(subject, payer);
    const estimate = await this.estimates.run(accountId, facts, input, at);
    return { accountId, facts, payerKnown: payer !== undefined, estimate, at };
  }
}

export const RESERVATIONS = Symbol('Reservations');

const NOTHING: QuotaUsage = {
  requests: 0n,
  inputTokens: 0n,
  cachedTokens: 0n,
  outputTokens: 0n,
  billedCost: 0n,
  effectiveCost: 0n,
};

/** Field by field: every reservation has one made. */
function factsOf(subject: AskedSubject, payer: Payer | undefined): QuotaFacts {
  return {
    businessUnit: payer?.businessUnit ?? null,
    costCenter: payer?.costCenter ?? null,
    team: subject.team,
    project: subject.project,
    apiKey: subject.apiKey,
    user: subject.user,
    provider: subject.provider,
    model: subject.model,
    pool: subject.pool,
    tier: subject.tier,
    status: null,
    tags: subject.tags,
  };
}

function admissionOf({ outcome, verdicts, uncounted }: Decision, estimate: Estimate): Admission {
  const throttled = verdicts.some(({ exceeded, quota }) => exceeded && quota.action === 'throttle');
  const decision = outcome === 'refused' ? 'refused' : throttled ? 'throttled' : 'admitted';
  return { decision, estimate, verdicts, uncounted };
}

/** What is not said of usage that is over was not used. */
function notGuessed(used: EstimateInput): EstimateInput {
  return { ...used, inputTokens: used.inputTokens ?? 0n, outputTokens: used.outputTokens ?? 0n };
}

function fingerprintOf({ subject, estimate, ttlMs }: ReserveInput): string {
  const { tags, ...names } = subject;
  const parts = [
    ...Object.entries(names).sort(),
    ...Object.entries(tags).sort(),
    ...Object.entries(estimate).sort(),
    ttlMs,
  ];
  return createHash('sha256').update(JSON.stringify(parts, bigintAsText)).digest('hex');
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function refusalOf(
  answer: FinishAnswer | undefined,
  state: 'settled' | 'released',
  reservationId: string,
): Failure | undefined {
  if (!answer) return notFound(reservationId);
  if (answer.after === state) return undefined;
  // Expired: nothing is held any more, which is what a release asks for.
  if (state === 'released' && answer.after === 'expired') return undefined;
  return {
    kind: 'conflict',
    code: answer.after === 'released' ? 'quota.reservation_released' : 'quota.reservation_settled',
    detail: `The reservation ${reservationId} is ${answer.after} already.`,
  };
}

function notFound(reservationId: string): Failure {
  const detail = `There is no reservation ${reservationId}.`;
  return { kind: 'not_found', code: 'quota.reservation_not_found', detail };
}

function unknown<T>(reservationId: string): Outcome<T> {
  return fail(notFound(reservationId));
}

function unavailable<T>(
  detail = 'The counts of quotas are out of reach, and one that applies admits nothing without them.',
): Outcome<T> {
  return fail({
    kind: 'unavailable',
    code: 'quota.counts_unavailable',
    detail,
    retryAfterSeconds: 1,
  });
}
