import type { Clock, EpochMs } from '#calendar';
import type { Caller } from '#directory';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import {
  formatQuotaAmount,
  type Interval,
  livingVersions,
  type OverrideSpan,
  projectSubject,
  type QuotaOverride,
  type QuotaSubject,
  type QuotaVersion,
  resolveSpan,
  versionFor,
} from '../domain/index.js';
import {
  OVERRIDES_MAX,
  type QuotaChanges,
  type QuotaDefinitionStore,
  type QuotaOverridePage,
} from './definition-store.js';
import type { Saying } from './next-version.js';
import { amountOf } from './override-amount.js';
import { fieldFailure, quotaNotFound, TOO_MANY_OVERRIDES } from './quota-failures.js';
import { withdrawWithPartners } from './withdraw-overrides.js';

type Author = Pick<Caller, 'accountId' | 'apiKeyId'>;

export interface OverrideWish {
  readonly quota: string;
  readonly kind: 'override' | 'grant';
  /** Which of those the quota keeps apart; null: all. */
  readonly subject: string | null;
  /** Of a project that is meant. */
  readonly team: string | null;
  readonly percent: number;
  /** A plain decimal of the quota's measure, of either sign. */
  readonly amount: string | null;
  readonly span: OverrideSpan;
  readonly reason: string;
}

/** Changes of limits for some time. */
export class QuotaOverrides {
  constructor(
    private readonly store: QuotaDefinitionStore,
    private readonly clock: Clock,
  ) {}

  /** Fails with `quota.quota_not_found`. */
  async list(page: QuotaOverridePage): Promise<Outcome<readonly QuotaOverride[]>> {
    const [known] = await this.store.versions({ ...page, name: page.quota, after: undefined, limit: 1 });
    return known ? succeed(await this.store.overrides(page)) : fail(quotaNotFound(page.quota));
  }

  /**
   * Fails with `quota.quota_not_found`, `quota.bad_amount`, `quota.nothing_changed`, `quota.bad_subject`, `quota.no_window`,
   * `quota.too_many_overrides`.
   */
  add({ accountId, apiKeyId }: Author, wish: OverrideWish): Promise<Outcome<QuotaOverride>> {
    return this.store.change(accountId, async (changes) => {
      const saying = { now: this.clock.now(), recordedBy: apiKeyId };
      const quota = await quotaNow(changes, wish.quota, saying.now);
      if (!quota) return fail(quotaNotFound(wish.quota));
      const change = changeOf(wish, quota);
      if (!change.ok) return change;
      const subject = subjectOf(wish, quota.subject);
      if (!subject.ok) return subject;
      const interval = resolveSpan(quota.window, wish.span, saying.now);
      if (!interval) return fail(NO_WINDOW);
      const [overrideId = ''] = await changes.nextOverrideIds(1);
      const { kind, reason } = wish;
      const about = { overrideId, quota: quota.name, measure: quota.measure, kind, subject: subject.value, reason };
      const added = newOverride({ ...about, ...change.value, ...interval, partnerId: null }, saying);
      return keep(changes, [added], saying.now, added);
    });
  }

  /** Fails with `quota.override_not_found`, `quota.override_withdrawn`. */
  withdraw(
    { accountId, apiKeyId }: Author,
    { quota, overrideId, reason }: { readonly quota: string; readonly overrideId: string; readonly reason: string },
  ): Promise<Outcome<void>> {
    return this.store.change(accountId, async (changes) => {
      const [override] = await changes.findOverrides([overrideId]);
      if (override?.quota !== quota) return fail(overrideNotFound(quota, overrideId));
      if (override.withdrawn) return fail(alreadyWithdrawn(overrideId));
      await withdrawWithPartners(changes, [override], reason, { now: this.clock.now(), recordedBy: apiKeyId });
      return succeed(undefined);
    });
  }
}

export const QUOTA_OVERRIDES = Symbol('QuotaOverrides');

export const NO_WINDOW: Failure = {
  kind: 'invalid',
  code: 'quota.no_window',
  detail:
    'No window of the quota begins then. What is under way has none: give until; a total has one, which has begun or is over.',
};

/** The version that a change of a limit made now is about. */
export async function quotaNow(changes: QuotaChanges, name: string, now: EpochMs): Promise<QuotaVersion | undefined> {
  const versions = (await changes.versionsOf([name])).get(name) ?? [];
  return versionFor(livingVersions(versions), now);
}

export function newOverride(
  said: Omit<QuotaOverride, 'version' | 'withdrawn' | 'recordedAt' | 'recordedBy'> & Interval,
  { now, recordedBy }: Saying,
): QuotaOverride {
  return { ...said, version: 1, withdrawn: false, recordedAt: now, recordedBy };
}

export async function keep<T>(
  changes: QuotaChanges,
  added: readonly QuotaOverride[],
  now: EpochMs,
  value: T,
): Promise<Outcome<T>> {
  await changes.addOverrides(added);
  return (await changes.countOverrides(now)) > OVERRIDES_MAX ? fail(TOO_MANY_OVERRIDES) : succeed(value);
}

function changeOf(
  { kind, percent, amount: text }: OverrideWish,
  { measure }: QuotaVersion,
): Outcome<Pick<QuotaOverride, 'percent' | 'amount'>> {
  const amount = text === null ? succeed(0n) : amountOf(measure, text);
  if (!amount.ok) return amount;
  if (percent === 0 && amount.value === 0n)
    return fail(fieldFailure('amount', 'nothing_changed', 'or percent must be given and not be 0'));
  if (kind === 'grant' && (percent < 0 || amount.value < 0n))
    return fail(
      fieldFailure('amount', 'bad_amount', `of a grant must not be ${formatQuotaAmount(measure, amount.value)}`),
    );
  return succeed({ percent, amount: amount.value });
}

/** As `countedFor` says whom usage counts for. */
function subjectOf({ subject, team }: OverrideWish, counted: QuotaSubject): Outcome<string | null> {
  const refuse = (field: string, detail: string) => fail(fieldFailure(field, 'bad_subject', detail));
  if (team !== null && counted.level !== 'project') return refuse('team', 'has a meaning for quotas of projects alone');
  if (subject === null) return team === null ? succeed(null) : refuse('subject', 'must be given with a team');
  if (counted.level === 'account') return refuse('subject', 'has no meaning for a quota of the account');
  if (counted.name !== null && counted.name !== subject)
    return refuse('subject', `is not ${counted.name}, of whom the quota is`);
  if (counted.level !== 'project') return succeed(subject);
  if (counted.team !== null && team !== null && counted.team !== team)
    return refuse('team', `is not ${counted.team}, whose project the quota is of`);
  const owner = team ?? counted.team;
  return owner === null
    ? refuse('team', 'must be given: projects are known by it too')
    : succeed(projectSubject(owner, subject));
}

function overrideNotFound(quota: string, overrideId: string): Failure {
  const detail = `The quota ${JSON.stringify(quota)} has no override ${overrideId}.`;
  return { kind: 'not_found', code: 'quota.override_not_found', detail };
}

function alreadyWithdrawn(overrideId: string): Failure {
  const detail = `The override ${overrideId} is withdrawn already.`;
  return { kind: 'conflict', code: 'quota.override_withdrawn', detail };
}
