import { amountShape, isLimit } from './amount-text.js';
import { QUOTA_ACTIONS, QUOTA_FALLBACKS, type QuotaDefinition } from './definition.js';
import { QUOTA_MEASURES } from './measure.js';
import { QUOTA_LEVELS, type QuotaSubject } from './subject.js';
import { type QuotaFault, windowFaults } from './window-faults.js';

/** All of them are a cell of a table. */
const TIERS_MAX = 10;
const TIER_NAME = /^[^\s=]{1,20}$/;
const THRESHOLDS_MAX = 10;
const THRESHOLD_PERCENT_MAX = 1000;

/** What is wrong with a definition; empty: nothing. Fields are paths within it, such as `window/anchorDay`. */
export function definitionFaults(definition: QuotaDefinition): readonly QuotaFault[] {
  return [
    ...subjectFaults(definition.subject),
    ...windowFaults(definition.window).map((fault) => ({ ...fault, field: `window/${fault.field}` })),
    ...measureFaults(definition),
    ...limitFaults(definition),
    ...tierFaults(definition.tierPercents),
    ...thresholdFaults('actualThresholds', definition.actualThresholds),
    ...thresholdFaults('forecastThresholds', definition.forecastThresholds),
  ];
}

function fault(field: string, code: string, detail: string): QuotaFault[] {
  return [{ field, code: `quota.${code}`, detail }];
}

function subjectFaults({ level, name, team, tagKey }: QuotaSubject): QuotaFault[] {
  if (!QUOTA_LEVELS.includes(level))
    return fault('subject/level', 'unknown_level', `is none of ${QUOTA_LEVELS.join(', ')}`);
  const faults: QuotaFault[] = [];
  if (level === 'account' && name !== null)
    faults.push(...fault('subject/name', 'bad_subject', 'has no meaning for the account and must be left out'));
  if (level !== 'project' && team !== null)
    faults.push(...fault('subject/team', 'bad_subject', 'has a meaning for projects alone'));
  if ((level === 'tag') !== (tagKey !== null))
    faults.push(...fault('subject/tagKey', 'bad_subject', 'must be given for a tag, and for nothing else'));
  return faults;
}

function measureFaults({ measure, window, action, fallback }: QuotaDefinition): QuotaFault[] {
  if (!QUOTA_MEASURES.includes(measure))
    return fault('measure', 'unknown_measure', `is none of ${QUOTA_MEASURES.join(', ')}`);
  const faults: QuotaFault[] = [];
  if ((measure === 'concurrent_requests') !== (window.kind === 'now'))
    faults.push(
      ...fault('window/kind', 'bad_window', 'concurrent_requests has the window now, and nothing else has it'),
    );
  if (!QUOTA_ACTIONS.includes(action))
    faults.push(...fault('action', 'unknown_action', `is none of ${QUOTA_ACTIONS.join(', ')}`));
  if (!QUOTA_FALLBACKS.includes(fallback))
    faults.push(...fault('fallback', 'unknown_fallback', `is none of ${QUOTA_FALLBACKS.join(', ')}`));
  return faults;
}

function limitFaults({ measure, window, limit, rolloverCap }: QuotaDefinition): QuotaFault[] {
  const faults: QuotaFault[] = [];
  if (!isLimit(measure, limit))
    faults.push(...fault('limit', 'bad_amount', `must be at least 0 and ${amountShape(measure)}`));
  if (rolloverCap === null) return faults;
  if (window.kind !== 'calendar')
    faults.push(...fault('rolloverCap', 'no_rollover', 'has a meaning for windows of a calendar alone'));
  if (!isLimit(measure, rolloverCap))
    faults.push(...fault('rolloverCap', 'bad_amount', `must be at least 0 and ${amountShape(measure)}`));
  return faults;
}

function tierFaults(tierPercents: QuotaDefinition['tierPercents']): QuotaFault[] {
  const percents = Object.values(tierPercents);
  if (percents.length > TIERS_MAX)
    return fault('tierPercents', 'too_many_tiers', `must not name more than ${TIERS_MAX} tiers`);
  if (!Object.keys(tierPercents).every((tier) => TIER_NAME.test(tier)))
    return fault('tierPercents', 'bad_tier', 'must name tiers of 1 to 20 characters without blanks and =');
  const isGood = percents.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 100);
  return isGood ? [] : fault('tierPercents', 'bad_percent', 'must be whole numbers from 1 to 100');
}

function thresholdFaults(field: string, thresholds: readonly number[]): QuotaFault[] {
  const isGood = thresholds.every(
    (percent, i) =>
      Number.isInteger(percent) &&
      percent >= 1 &&
      percent <= THRESHOLD_PERCENT_MAX &&
      (i === 0 || percent > (thresholds[i - 1] ?? 0)),
  );
  if (isGood && thresholds.length <= THRESHOLDS_MAX) return [];
  const detail = `must be at most ${THRESHOLDS_MAX} whole numbers from 1 to ${THRESHOLD_PERCENT_MAX}, ascending`;
  return fault(field, 'bad_thresholds', detail);
}
