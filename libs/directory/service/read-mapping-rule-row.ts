import { type EpochMs, isChargePeriodEdge } from '#calendar';
import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import { MAPPING_MATCHES, type MappingMatch } from '../domain/index.js';
import type { MappingRuleDraft } from './mapping-rule-store.js';

/** The columns of a mapping rule, as the CSV header spells them. */
export const MAPPING_RULE_COLUMNS = {
  required: ['match', 'pattern', 'team', 'from', 'reason'],
  optional: ['tag_key', 'project', 'cost_center', 'override', 'to'],
} as const;

export interface MappingRuleRules {
  /** Teams that the directory knows. */
  readonly teams: ReadonlySet<string>;
  /** Keys of tags that are kept apart in metered usage. */
  readonly billableTags: readonly string[];
  /** Whether the sources of unknown teams are kept. */
  readonly keepsSources: boolean;
}

/** The rule that a row says, undefined when something is wrong with it; what, is in `failures` then. */
export function readMappingRuleRow(
  row: ImportRow,
  rules: MappingRuleRules,
  failures: RowFailures,
): MappingRuleDraft | undefined {
  const reader = new RowReader(row, failures, 'mapping');
  const match = readMatch(reader, rules);
  const tagKey = match && readTagKey(reader, match, rules);
  const pattern = readPattern(reader);
  const team = readTeam(reader, rules);
  const project = reader.optionalText('project');
  const costCenter = reader.optionalText('cost_center');
  const overridesKnown = match && readOverride(reader, match);
  const reason = reader.text('reason');
  const validFrom = onEdge(reader, 'from', reader.instant('from'));
  const validTo = onEdge(reader, 'to', reader.optionalInstant('to'));
  if (typeof validFrom === 'number' && typeof validTo === 'number' && validTo <= validFrom)
    return reader.refuse('to', 'bad_interval', 'must be after from; the end is exclusive');
  if (match === undefined || tagKey === undefined || pattern === undefined || team === undefined) return undefined;
  if (project === undefined || costCenter === undefined || overridesKnown === undefined) return undefined;
  if (reason === undefined || typeof validFrom !== 'number' || validTo === undefined) return undefined;
  return { match, tagKey, pattern, team, project, costCenter, overridesKnown, reason, validFrom, validTo };
}

function readMatch(reader: RowReader, { keepsSources }: MappingRuleRules): MappingMatch | undefined {
  const text = reader.text('match');
  if (text === undefined) return undefined;
  const found = MAPPING_MATCHES.find((match) => match === text.toLowerCase());
  if (!found)
    return reader.refuse('match', 'unknown_match', `${JSON.stringify(text)} is none of ${MAPPING_MATCHES.join(', ')}`);
  if (found !== 'source' || keepsSources) return found;
  const detail = 'sources are kept of unknown teams alone, and here every team that an event names becomes known';
  return reader.refuse('match', 'source_not_kept', `${detail}; see APPORTION_UNKNOWN_TEAMS`);
}

function readTagKey(reader: RowReader, match: MappingMatch, { billableTags }: MappingRuleRules): string | undefined {
  if (match !== 'tag') {
    if (reader.optionalText('tag_key') === null) return '';
    return reader.refuse('tag_key', 'tag_key_without_tag', 'must be empty unless match is tag');
  }
  const key = reader.text('tag_key');
  if (key === undefined || billableTags.includes(key)) return key;
  const known = billableTags.length === 0 ? 'there are none' : `those are ${billableTags.join(', ')}`;
  const detail = `${JSON.stringify(key)} is not a billable tag, and usage is kept apart by no other`;
  return reader.refuse('tag_key', 'tag_not_billable', `${detail}; ${known}. See APPORTION_BILLABLE_TAGS`);
}

function readPattern(reader: RowReader): string | undefined {
  const pattern = reader.text('pattern');
  if (!pattern?.slice(0, -1).includes('*')) return pattern;
  return reader.refuse('pattern', 'bad_pattern', 'may have * at its end alone, for all that begins so');
}

function readTeam(reader: RowReader, { teams }: MappingRuleRules): string | undefined {
  const team = reader.text('team');
  if (team === undefined || teams.has(team)) return team;
  return reader.refuse('team', 'unknown_team', `there is no team ${JSON.stringify(team)}; make it first`);
}

function readOverride(reader: RowReader, match: MappingMatch): boolean | undefined {
  const text = reader.optionalText('override');
  if (text === undefined) return undefined;
  if (text === null || text === 'false') return false;
  if (text !== 'true') return reader.refuse('override', 'bad_override', 'must be true, false or empty');
  if (match !== 'source') return true;
  return reader.refuse('override', 'source_not_kept', 'sources are kept of unknown teams alone');
}

/** A bucket of usage has one owner, so owners change only where buckets do. */
function onEdge<T extends EpochMs | null | undefined>(reader: RowReader, column: string, at: T): T | undefined {
  if (typeof at !== 'number' || isChargePeriodEdge(at)) return at;
  return reader.refuse(column, 'not_on_period_edge', 'must be a full quarter of an hour in UTC, such as 12:15:00');
}
