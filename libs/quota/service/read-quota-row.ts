import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import {
  ACTUAL_THRESHOLDS,
  amountShape,
  definitionFaults,
  FORECAST_THRESHOLDS,
  isQuotaName,
  parseQuotaAmount,
  QUOTA_ACTIONS,
  QUOTA_FALLBACKS,
  QUOTA_LEVELS,
  QUOTA_MEASURES,
  QUOTA_NAME_SHAPE,
  type QuotaAmount,
  type QuotaDefinition,
  type QuotaMeasure,
  type QuotaTiming,
} from '../domain/index.js';
import { columnOf, NOTHING } from './quota-columns.js';
import { readQuotaWindow } from './read-quota-window.js';

/** What a row says of a quota. */
export interface QuotaRow {
  readonly row: ImportRow;
  readonly name: string;
  /** Null: it is withdrawn. */
  readonly said: { readonly definition: QuotaDefinition; readonly timing: QuotaTiming } | null;
  readonly reason: string | null;
}

/** Undefined when something is wrong with it; what, is in `failures` then. */
export function readQuotaRow(row: ImportRow, failures: RowFailures): QuotaRow | undefined {
  const reader = new RowReader(row, failures, 'quota');
  const name = readName(reader);
  const withdrawn = readFlag(reader, 'withdrawn', false);
  const reason = reader.optionalText('reason');
  if (name === undefined || withdrawn === undefined || reason === undefined) return undefined;
  if (withdrawn) return { row, name, said: null, reason };
  const definition = readDefinition(reader);
  const timing = readTiming(reader);
  if (!definition || timing === undefined) return undefined;
  const faults = definitionFaults(definition);
  for (const { field, code, detail } of faults) failures.add(row, columnOf(field), code, detail);
  return faults.length === 0 ? { row, name, said: { definition, timing }, reason } : undefined;
}

function readName(reader: RowReader): string | undefined {
  const name = reader.text('quota');
  return name === undefined || isQuotaName(name) ? name : reader.refuse('quota', 'bad_name', QUOTA_NAME_SHAPE);
}

function readTiming(reader: RowReader): QuotaTiming | undefined {
  const draft = readFlag(reader, 'draft', false);
  const validFrom = reader.optionalInstant('valid_from');
  if (draft === undefined || validFrom === undefined) return undefined;
  if (!draft) return validFrom ?? 'now';
  return validFrom === null ? 'draft' : reader.refuse('valid_from', 'draft_has_no_time', 'must be empty for a draft');
}

function readDefinition(reader: RowReader): QuotaDefinition | undefined {
  const level = readWord(reader, 'level', QUOTA_LEVELS);
  const measure = readWord(reader, 'measure', QUOTA_MEASURES);
  const action = readWord(reader, 'action', QUOTA_ACTIONS);
  const fallback = reader.optionalText('fallback') === null ? 'closed' : readWord(reader, 'fallback', QUOTA_FALLBACKS);
  const window = readQuotaWindow(reader);
  const names = readTexts(reader);
  const tierPercents = readPercents(reader);
  const actualThresholds = readNumbers(reader, 'actual_thresholds', ACTUAL_THRESHOLDS);
  const forecastThresholds = readNumbers(reader, 'forecast_thresholds', FORECAST_THRESHOLDS);
  const anomalies = readFlag(reader, 'anomalies', true);
  if (measure === undefined) return undefined;
  const limit = readAmount(reader, 'limit', measure);
  const rolloverCap = reader.optionalText('rollover_cap') === null ? null : readAmount(reader, 'rollover_cap', measure);
  if (!level || !action || !fallback || !window || !names || !tierPercents || limit === undefined) return undefined;
  if (rolloverCap === undefined || !actualThresholds || !forecastThresholds || anomalies === undefined)
    return undefined;
  const { subject: name, team, tag_key: tagKey, provider, model, pool, tier, environment, status } = names;
  return {
    subject: { level, name, team, tagKey },
    filter: { provider, model, pool, tier, environment, status },
    ...{ measure, window, limit, action, fallback, tierPercents, rolloverCap },
    ...{ actualThresholds, forecastThresholds, anomalies },
  };
}

const TEXTS = [
  ...(['subject', 'team', 'tag_key', 'provider', 'model', 'pool'] as const),
  ...(['tier', 'environment', 'status'] as const),
];

function readTexts(reader: RowReader): Record<(typeof TEXTS)[number], string | null> | undefined {
  const read = TEXTS.map((column) => [column, reader.optionalText(column)] as const);
  if (read.some(([, text]) => text === undefined)) return undefined;
  return Object.fromEntries(read) as Record<(typeof TEXTS)[number], string | null>;
}

function readWord<T extends string>(reader: RowReader, column: string, words: readonly T[]): T | undefined {
  const text = reader.text(column);
  if (text === undefined) return undefined;
  const found = words.find((word) => word === text.toLowerCase());
  return found ?? reader.refuse(column, `unknown_${column}`, `${JSON.stringify(text)} is none of ${words.join(', ')}`);
}

function readFlag(reader: RowReader, column: string, usual: boolean): boolean | undefined {
  const text = reader.optionalText(column)?.toLowerCase();
  if (text === undefined) return reader.optionalText(column) === null ? usual : undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  return reader.refuse(column, 'bad_flag', 'must be true or false');
}

function readAmount(reader: RowReader, column: string, measure: QuotaMeasure): QuotaAmount | undefined {
  const text = reader.text(column);
  if (text === undefined) return undefined;
  return (
    parseQuotaAmount(measure, text) ??
    reader.refuse(column, 'bad_amount', `of ${measure} must be ${amountShape(measure)}`)
  );
}

function readNumbers(reader: RowReader, column: string, usual: readonly number[]): readonly number[] | undefined {
  const text = reader.optionalText(column);
  if (text === undefined || text === null) return text === null ? usual : undefined;
  if (text.toLowerCase() === NOTHING) return [];
  const numbers = text.split(/\s+/).map(toNumber);
  if (numbers.every((number) => number !== undefined)) return numbers;
  return reader.refuse(column, 'bad_thresholds', `must be percentages such as "50 80 100", or ${NOTHING}`);
}

/** `batch=50 flex=80`. */
function readPercents(reader: RowReader): Readonly<Record<string, number>> | undefined {
  const text = reader.optionalText('tier_percents');
  if (text === undefined) return undefined;
  if (text === null || text.toLowerCase() === NOTHING) return {};
  const pairs = text.split(/\s+/).map((pair) => /^(.+)=(\d{1,3})$/.exec(pair));
  const percents = pairs.flatMap((pair) => (pair?.[1] === undefined ? [] : [[pair[1], Number(pair[2])] as const]));
  if (percents.length === pairs.length && new Set(percents.map(([tier]) => tier)).size === pairs.length)
    return Object.fromEntries(percents);
  return reader.refuse('tier_percents', 'bad_percent', 'must be tiers with percentages such as "batch=50 flex=80"');
}

function toNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
