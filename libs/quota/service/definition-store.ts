import type { EpochMs } from '#calendar';
import type { Outcome } from '#outcome';
import type { QuotaOverride, QuotaVersion } from '../domain/index.js';

/** A quota as one version says it. */
export interface QuotaState {
  readonly version: QuotaVersion;
  /** The number of the version that holds; null: none does. */
  readonly inForce: number | null;
}

export interface QuotaPage {
  readonly accountId: number;
  /** Quotas with a greater name in code-unit order. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface QuotaVersionPage {
  readonly accountId: number;
  readonly name: string;
  /** Versions with a greater number. */
  readonly after: number | undefined;
  readonly limit: number;
}

export interface QuotaOverridePage {
  readonly accountId: number;
  /** Of this quota alone. */
  readonly quota: string;
  readonly after: string | undefined;
  readonly limit: number;
}

/** A version to add. Its number is the next of its quota. */
export interface NewQuotaVersion extends Omit<QuotaVersion, 'seriesId'> {
  /** Undefined: it begins a series. */
  readonly seriesId: string | undefined;
}

export interface QuotaDefinitionStore {
  /** The latest versions of quotas that are not withdrawn, by name. */
  list(page: QuotaPage, now: EpochMs): Promise<readonly QuotaState[]>;
  /** The versions in force at an instant, by name. */
  listAt(page: QuotaPage, at: EpochMs): Promise<readonly QuotaState[]>;
  /** Undefined: there is no such quota, or it is withdrawn. */
  find(accountId: number, name: string, now: EpochMs): Promise<QuotaState | undefined>;
  /** All versions of a quota, ascending; those before it was withdrawn too. */
  versions(page: QuotaVersionPage): Promise<readonly QuotaVersion[]>;
  /** In the order in which they were made. */
  overrides(page: QuotaOverridePage): Promise<readonly QuotaOverride[]>;
  /** Nobody else changes the account's quotas meanwhile. Nothing of it stays when the outcome is a failure. */
  change<T>(accountId: number, work: (changes: QuotaChanges) => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

/** What one transaction does to an account's quotas. */
export interface QuotaChanges {
  /** Ascending by number, by name; of unknown names none. */
  versionsOf(names: readonly string[]): Promise<ReadonlyMap<string, readonly QuotaVersion[]>>;
  /** At most one for each quota. */
  addVersions(versions: readonly NewQuotaVersion[]): Promise<void>;
  /** Quotas that are not withdrawn, drafts included. */
  countQuotas(): Promise<number>;
  /** Those of the quotas that are neither withdrawn nor over then. */
  overridesOf(names: readonly string[], at: EpochMs): Promise<readonly QuotaOverride[]>;
  findOverrides(overrideIds: readonly string[]): Promise<readonly QuotaOverride[]>;
  nextOverrideIds(count: number): Promise<readonly string[]>;
  addOverrides(overrides: readonly QuotaOverride[]): Promise<void>;
  /** Neither withdrawn nor over. */
  countOverrides(now: EpochMs): Promise<number>;
}

/** Of one account. All of them are looked through for a request. */
export const QUOTAS_MAX = 1_000;
export const OVERRIDES_MAX = 10_000;
