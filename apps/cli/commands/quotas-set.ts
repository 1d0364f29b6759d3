import type { Command } from 'commander';
import { type QuotaWire, quotaWire } from '#contract';
import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import type { Connect } from '../connection.js';
import { durationMs } from '../parse/duration.js';
import { commaList } from '../parse/list.js';
import { parseShares } from '../parse/shares.js';
import { wholeNumber } from '../parse/whole-number.js';
import { windowText } from '../render/quota.js';
import { grouped, printable } from '../render/table.js';

const FILTERS = ['provider', 'model', 'pool', 'tier', 'environment', 'status'] as const;
const CALENDAR = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];

interface SetOptions extends Readonly<Partial<Record<(typeof FILTERS)[number], string>>> {
  readonly level?: string;
  readonly name?: string;
  readonly team?: string;
  readonly tagKey?: string;
  readonly measure?: string;
  readonly window?: string;
  readonly zone?: string;
  readonly weekStart?: number;
  readonly anchorDay?: number;
  readonly length?: number;
  readonly windowFrom?: string;
  readonly windowUntil?: string;
  readonly limit?: string;
  readonly action?: string;
  readonly fallback?: string;
  readonly tierPercents?: string;
  /** Commander gives `false` for `--no-rollover`. */
  readonly rollover?: string | boolean;
  readonly thresholds?: string[];
  readonly forecastThresholds?: string[];
  readonly anomalies?: boolean;
  readonly from?: string;
  readonly draft?: true;
  readonly reason: string;
}

export function addQuotaSetCommand(quotas: Command, connect: Connect): void {
  const set = quotas
    .command('set')
    .description('make a quota, or change what the options name and leave the rest as it is')
    .argument('<quota>', 'its name')
    .requiredOption('--reason <text>', 'why');
  addCountedOptions(set);
  addLimitOptions(set);
  set.action(async (name: string, options: SetOptions, command: Command) => {
    const { client, terminal } = connect(command);
    const known = await findQuota(client, name);
    const headers: Record<string, string> = known ? { 'if-match': `"${known.version}"` } : { 'if-none-match': '*' };
    const body = bodyOf(options, known);
    const quota = await client.request('PUT', pathOf(name), quotaWire, { body, headers });
    const { version, measure, limit, window, draft, validFrom } = quota;
    const since = draft ? 'a draft' : `from ${validFrom ?? ''}`;
    const what = `${grouped(limit)} ${measure}, ${windowText(window)}`;
    terminal.out(printable(`quota ${name}: ${what}, version ${version} ${since}`).concat('\n'));
  });
}

function addCountedOptions(set: Command): void {
  set
    .option('--level <level>', 'account, business_unit, cost_center, team, project, key, user or tag')
    .option('--name <name>', 'of whom (default: each one of the level); of a tag its value')
    .option('--team <team>', "whose project; a project's team")
    .option('--tag-key <key>', 'which tag')
    .option('--provider <name>', 'count this provider alone; as of all that follow, "" for any')
    .option('--model <pattern>', 'models, * for any characters')
    .option('--pool <pool>', 'a pool')
    .option('--tier <tier>', 'a service tier')
    .option('--environment <name>', 'a value of the tag environment')
    .option('--status <status>', 'a status')
    .option('--measure <measure>', 'billed_cost, effective_cost, total_tokens, input_tokens, requests, ...')
    .option('--window <window>', 'second, minute, hour, day, week, month, quarter, year, rolling, total or now')
    .option('--zone <zone>', 'whose calendar it is, such as Europe/Zurich')
    .option('--week-start <day>', 'the first day of a week, 1 = Monday', wholeNumber(1, 7))
    .option('--anchor-day <day>', 'the day on which months, quarters and years begin', wholeNumber(1, 31))
    .option('--length <length>', 'of a rolling window: 90s, 15m, 1h, 30d', durationMs)
    .option('--window-from <instant>', 'of a total')
    .option('--window-until <instant>', 'of a total');
}

function addLimitOptions(set: Command): void {
  set
    .option('--limit <amount>', 'tokens, requests or an amount of the currency')
    .option('--action <action>', 'observe, notify, throttle or block')
    .option('--fallback <fallback>', 'open or closed while counts are out of reach (default: closed)')
    .option('--tier-percents <list>', 'how far tiers may fill the limit: batch=50,flex=80; "" for none')
    .option('--rollover <amount>', 'at most so much goes over to the next window')
    .option('--no-rollover', 'nothing goes over')
    .option('--thresholds <list>', 'per cent at which people hear of it: 50,80,100; "" for none', percentList)
    .option('--forecast-thresholds <list>', 'the same of what is forecast', percentList)
    .option('--anomalies', 'people hear of what is unlike the past')
    .option('--no-anomalies', 'they do not')
    .option('--from <instant>', 'from when on (default: now)')
    .option('--draft', 'it holds at no time yet');
}

async function findQuota(client: ApiClient, name: string): Promise<QuotaWire | undefined> {
  try {
    return await client.get(pathOf(name), quotaWire);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'quota.quota_not_found') return undefined;
    throw error;
  }
}

function pathOf(name: string): string {
  return `/v1/quotas/${encodeURIComponent(name)}`;
}

/** What is there, with what the options say over it. The server says what is missing. */
function bodyOf(options: SetOptions, known: QuotaWire | undefined): Record<string, unknown> {
  const { measure, limit, action, fallback, rollover, anomalies, from, draft, reason } = options;
  const { thresholds, forecastThresholds, tierPercents } = options;
  return {
    subject: subjectOf(options, known),
    filter: filterOf(options, known),
    measure: measure ?? known?.measure,
    window: windowOf(options, known?.window),
    limit: limit ?? known?.limit,
    action: action ?? known?.action,
    fallback: fallback ?? known?.fallback,
    tierPercents: tierPercents === undefined ? known?.tierPercents : percentsOf(tierPercents),
    rolloverCap: typeof rollover === 'string' ? rollover : rollover === false ? null : known?.rolloverCap,
    actualThresholds: thresholds?.map(Number) ?? known?.actualThresholds,
    forecastThresholds: forecastThresholds?.map(Number) ?? known?.forecastThresholds,
    anomalies: anomalies ?? known?.anomalies,
    ...(from === undefined ? {} : { validFrom: from }),
    ...(draft ? { draft } : {}),
    reason,
  };
}

/** Another level is another subject altogether. */
function subjectOf({ level, name, team, tagKey }: SetOptions, known: QuotaWire | undefined) {
  const given = { ...(name === undefined ? {} : { name }), ...(team === undefined ? {} : { team }) };
  const said = { ...given, ...(tagKey === undefined ? {} : { tagKey }) };
  return level === undefined || level === known?.subject.level ? { ...known?.subject, ...said } : { level, ...said };
}

function filterOf(options: SetOptions, known: QuotaWire | undefined) {
  const said = FILTERS.flatMap((field) => {
    const value = options[field];
    return value === undefined ? [] : [[field, value === '' ? null : value] as const];
  });
  return { ...known?.filter, ...Object.fromEntries(said) };
}

function windowOf(options: SetOptions, known: QuotaWire['window'] | undefined): Record<string, unknown> | undefined {
  const { window, zone, weekStart, anchorDay, length, windowFrom, windowUntil } = options;
  const unit = CALENDAR.find((each) => each === window);
  const kind = unit === undefined ? (window ?? known?.kind) : 'calendar';
  if (kind === undefined) return undefined;
  const base = known?.kind === kind ? known : { kind };
  // Another unit begins where it usually does, in the zone that is there.
  const isOther = 'unit' in base && unit !== undefined && unit !== base.unit;
  const calendar = isOther ? { kind, timeZone: base.timeZone } : base;
  return {
    ...calendar,
    ...withoutUndefined({
      unit,
      timeZone: zone,
      weekStart,
      anchorDay,
      lengthMs: length,
      from: windowFrom,
      until: windowUntil,
    }),
  };
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function percentsOf(text: string): Record<string, number> {
  const shares = text === '' ? {} : parseShares(text, '--tier-percents');
  return Object.fromEntries(Object.entries(shares).map(([tier, percent]) => [tier, Number(percent)]));
}

function percentList(text: string): string[] {
  return text === '' ? [] : commaList(text);
}
