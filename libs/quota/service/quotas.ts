import type { Clock, EpochMs } from '#calendar';
import type { Caller } from '#directory';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { definitionFaults, inForceAt, livingVersions, type QuotaVersion } from '../domain/index.js';
import {
  QUOTAS_MAX,
  type QuotaChanges,
  type QuotaDefinitionStore,
  type QuotaPage,
  type QuotaState,
  type QuotaVersionPage,
} from './definition-store.js';
import { disappointment, type Expectation } from './expectation.js';
import { nextVersion, type QuotaWish, type Saying, withdrawal } from './next-version.js';
import {
  badDefinition,
  fieldFailure,
  overridesOfOtherMeasure,
  quotaNotFound,
  TOO_MANY_QUOTAS,
} from './quota-failures.js';
import { withdrawWithPartners } from './withdraw-overrides.js';

type Author = Pick<Caller, 'accountId' | 'apiKeyId'>;

export interface PutQuota {
  readonly state: QuotaState;
  /** There was none before. */
  readonly created: boolean;
}

/** What one does with the definitions of quotas. */
export class Quotas {
  constructor(
    private readonly store: QuotaDefinitionStore,
    private readonly clock: Clock,
  ) {}

  /** The latest version of each quota; with `at`, those in force then. */
  list(page: QuotaPage, at: EpochMs | undefined): Promise<readonly QuotaState[]> {
    return at === undefined ? this.store.list(page, this.clock.now()) : this.store.listAt(page, at);
  }

  /** Fails with `quota.quota_not_found`. */
  async find(accountId: number, name: string): Promise<Outcome<QuotaState>> {
    const state = await this.store.find(accountId, name, this.clock.now());
    return state ? succeed(state) : fail(quotaNotFound(name));
  }

  /** Fails with `quota.quota_not_found` where there never was one. */
  async history(page: QuotaVersionPage): Promise<Outcome<readonly QuotaVersion[]>> {
    const versions = await this.store.versions(page);
    return versions.length === 0 && page.after === undefined ? fail(quotaNotFound(page.name)) : succeed(versions);
  }

  /**
   * Makes a quota or adds a version to it. Saying what is so already adds none. Fails with `quota.bad_definition`,
   * `quota.valid_from_past`, `quota.version_required`, `quota.version_stale`, `quota.quota_exists`, `quota.too_many_quotas`,
   * `quota.overrides_of_other_measure`.
   */
  async put({ accountId, apiKeyId }: Author, wish: QuotaWish, expected: Expectation): Promise<Outcome<PutQuota>> {
    const faults = definitionFaults(wish.definition);
    if (faults.length > 0) return fail(badDefinition(faults));
    return this.store.change(accountId, async (changes) => {
      const saying = { now: this.clock.now(), recordedBy: apiKeyId };
      const versions = await versionsOf(changes, wish.name);
      const latest = livingVersions(versions).at(-1);
      const refusal = disappointment(expected, latest) ?? timingFailure(wish, saying.now);
      if (refusal) return fail(refusal);
      const added = nextVersion(versions, wish, saying);
      const kept = added ? await this.add(changes, added, latest, saying) : succeed(undefined);
      if (!kept.ok) return kept;
      const state = stateOf(await versionsOf(changes, wish.name), saying.now);
      return state ? succeed({ state, created: latest === undefined }) : fail(quotaNotFound(wish.name));
    });
  }

  /**
   * Ends a quota and its overrides from now on, and whatever version of it was still to come. Fails with `quota.quota_not_found`,
   * `quota.version_required`, `quota.version_stale`.
   */
  withdraw(
    { accountId, apiKeyId }: Author,
    { name, reason }: Pick<QuotaWish, 'name' | 'reason'>,
    expected: Expectation,
  ): Promise<Outcome<void>> {
    return this.store.change(accountId, async (changes) => {
      const saying = { now: this.clock.now(), recordedBy: apiKeyId };
      const versions = await versionsOf(changes, name);
      const latest = livingVersions(versions).at(-1);
      if (!latest) return fail(quotaNotFound(name));
      const refusal = disappointment(expected, latest);
      if (refusal) return fail(refusal);
      await changes.addVersions([withdrawal(versions, latest, reason, saying)]);
      await withdrawWithPartners(changes, await changes.overridesOf([name], saying.now), reason, saying);
      return succeed(undefined);
    });
  }

  private async add(
    changes: QuotaChanges,
    added: ReturnType<typeof nextVersion> & object,
    latest: QuotaVersion | undefined,
    { now }: Saying,
  ): Promise<Outcome<void>> {
    if (latest && latest.measure !== added.measure) {
      const overrides = await changes.overridesOf([added.name], now);
      if (overrides.some(({ amount }) => amount !== 0n)) return fail(overridesOfOtherMeasure(added.name));
    }
    await changes.addVersions([added]);
    if (!latest && (await changes.countQuotas()) > QUOTAS_MAX) return fail(TOO_MANY_QUOTAS);
    return succeed(undefined);
  }
}

export const QUOTAS = Symbol('Quotas');

async function versionsOf(changes: QuotaChanges, name: string): Promise<readonly QuotaVersion[]> {
  return (await changes.versionsOf([name])).get(name) ?? [];
}

function stateOf(versions: readonly QuotaVersion[], now: EpochMs): QuotaState | undefined {
  const living = livingVersions(versions);
  const version = living.at(-1);
  return version && { version, inForce: inForceAt(living, now)?.version ?? null };
}

export function timingFailure({ timing }: Pick<QuotaWish, 'timing'>, now: EpochMs): Failure | undefined {
  if (typeof timing !== 'number' || timing >= now) return undefined;
  return fieldFailure('validFrom', 'valid_from_past', 'is past; leave it out for what holds from now on');
}
