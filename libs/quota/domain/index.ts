export { type Alert, alertsOf, thresholdsReached, type WatchedCount } from './alert.js';
export { alertPeriodStart } from './alert-period.js';
export { amountShape, formatQuotaAmount, parseQuotaAmount } from './amount-text.js';
export { type Claim, type CountName, countKey } from './claim.js';
export {
  ACTUAL_THRESHOLDS,
  FORECAST_THRESHOLDS,
  isQuotaName,
  QUOTA_ACTIONS,
  QUOTA_FALLBACKS,
  QUOTA_NAME_SHAPE,
  type QuotaAction,
  type QuotaDefinition,
  type QuotaFallback,
} from './definition.js';
export { definitionFaults } from './definition-faults.js';
export { ENVIRONMENT_TAG, isCounted, NO_FILTER, type QuotaFilter } from './filter.js';
export {
  amountOf,
  heldFor,
  isCost,
  QUOTA_MEASURES,
  type QuotaAmount,
  type QuotaMeasure,
  type QuotaUsage,
} from './measure.js';
export { type PoolCost, poolCostOf } from './pool-cost.js';
export {
  ceilingFor,
  type LimitAdjustment,
  limitFor,
  type Quota,
} from './quota.js';
export { type ApplicableQuota, isOfPayer, QuotaIndex } from './quota-index.js';
export {
  type Interval,
  OVERRIDE_WINDOWS_MAX,
  type OverrideSpan,
  QUOTA_OVERRIDE_KINDS,
  type QuotaOverride,
  type QuotaOverrideKind,
  resolveSpan,
} from './quota-override.js';
export {
  effectiveNow,
  inForceAt,
  keyOf,
  livingVersions,
  type QuotaTiming,
  type QuotaVersion,
  saysSo,
  seriesFor,
  versionFor,
} from './quota-version.js';
export { QuotaReplay, type ReplayedRequest, type ReplayedWindow } from './replay.js';
export { type Crossing, crossingsOf, type RollingQuota, rollingLookBack, type SlicedCount } from './rolling-alert.js';
export {
  countedFor,
  projectSubject,
  QUOTA_LEVELS,
  type QuotaFacts,
  type QuotaLevel,
  type QuotaSubject,
} from './subject.js';
export { type CountedRecord, type CountedUsage, UsageCounter, type UsageCounterInputs } from './usage-counter.js';
export { type PricingInputs, type UsedOnce, type UsedTokens, usageOf } from './usage-price.js';
export { decodeUsage, encodeUsage, type RecordedTokens, type UsageRecord } from './usage-record.js';
export { isEnforced, type QuotaAsk, type QuotaVerdict, retryAfterSeconds, verdictOf } from './verdict.js';
export {
  QUOTA_WINDOW_UNITS,
  type QuotaWindow,
  type QuotaWindowSpec,
  type QuotaWindowUnit,
  ROLLING_SLICES,
} from './window.js';
export { windowAt } from './window-at.js';
export { type QuotaFault, ROLLING_MS_MAX, ROLLING_MS_MIN, windowFaults } from './window-faults.js';
