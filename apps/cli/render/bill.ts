import type {
  ModelWire,
  PoolSummaryWire,
  RollUpsWire,
  StatementLineWire,
  StatementsWire,
  SummaryWire,
} from '#contract';
import { formatMinor, parsePicos, picosToMinor } from '#money';
import { INPUT_CLASSES, OUTPUT_CLASSES, type TokenClass } from '#token';
import { percent, unitCost } from './figures.js';
import { type Cell, grouped, left, printable, renderTable, right } from './table.js';

/** A statement for people: who pays what, then every line if asked for, and whether the pools add up. */
export function renderBill(statements: StatementsWire, options: { readonly lines: boolean }): string {
  const { currency, teams, pools, models } = statements;
  const parts = [
    titleOf(statements),
    teamsTable(statements),
    unpricedNote(statements),
    options.lines && teams.some(({ lines }) => lines.length > 0) ? linesTable(teams.flatMap(({ lines }) => lines)) : '',
    models.length > 0 ? modelsTable(models) : '',
    pools.length > 0 ? poolsTable(pools, currency) : '',
    costsTable(pools, currency),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function titleOf(of: Pick<StatementsWire, 'period' | 'account' | 'currency' | 'accruedTo' | 'state'>): string {
  const { period, account, currency, accruedTo, state } = of;
  const zone = period.timeZone === 'UTC' ? '' : `, ${period.timeZone}`;
  const title = `${period.name} (${state}${zone}), account ${account}, amounts in ${currency}`;
  const accrued = accruedTo < period.end ? `, accrued to ${accruedTo}` : '';
  return `${printable(title + accrued)}\n`;
}

const OWNER_COLUMNS = ['REQUESTS', 'USED', 'IDLE', 'SHARED', 'UNATTRIBUTED'];

/** Teams and their sum. The sum is the server's, over all teams, not that of the rows shown. */
export function teamsTable(statements: StatementsWire): string {
  const owners = statements.teams.map((team) => ({ ...team, name: team.known ? team.team : `${team.team} (unknown)` }));
  return ownersTable('TEAM', owners, { ...statements, name: 'ALL TEAMS' });
}

const LEVEL_TITLES = { cost_center: 'COST CENTRE', business_unit: 'BUSINESS UNIT', account: 'ACCOUNT' } as const;

/** A month by cost centre or business unit, for people. */
export function renderRollUps({ by, rollUps, ...all }: RollUpsWire): string {
  const owners = rollUps.map((own) => ({ ...own, name: own.name ?? '(none)' }));
  return `${titleOf(all)}\n${ownersTable(LEVEL_TITLES[by], owners, { ...all, name: 'ALL' })}`;
}

type NamedSummary = SummaryWire & { readonly name: string };

function ownersTable(title: string, owners: readonly NamedSummary[], all: NamedSummary): string {
  const isNothing = ({ effective, billed }: { effective: string; billed: string }) =>
    effective === '0' && parsePicos(billed) === 0n;
  const corrects = owners.some(({ corrections }) => !isNothing(corrections));
  const adjusts = owners.some(({ byKind }) => !isNothing(byKind.adjustment));
  const rowOf = ({ name, usage, byKind, corrections, total, unpriced }: NamedSummary): Cell[] => [
    name,
    grouped(usage.requests),
    grouped(byKind.used.billed),
    grouped(byKind.idle.billed),
    grouped(byKind.shared.billed),
    grouped(byKind.unattributed.billed),
    ...(adjusts ? [grouped(byKind.adjustment.billed)] : []),
    ...(corrects ? [grouped(corrections.billed)] : []),
    grouped(total.billed),
    unpriced.requests === '0' ? '' : grouped(unpriced.requests),
  ];
  const extra = [...(adjusts ? ['ADJUSTED'] : []), ...(corrects ? ['CORRECTIONS'] : [])];
  const columns = [left(title), ...[...OWNER_COLUMNS, ...extra, 'TOTAL', 'UNPRICED REQUESTS'].map(right)];
  return renderTable(columns, [...owners, all].map(rowOf));
}

/** So much of a line's id as tells it from the others of its month; `apportion explain` takes it. */
function shortLineId(id: string): string {
  const [, digits = ''] = id.split('.');
  return digits.slice(0, SHORT_ID_DIGITS);
}

function isCorrection({ correction }: StatementLineWire): boolean {
  return correction !== null;
}

function unpricedNote({ unpriced }: StatementsWire): string {
  if (unpriced.lines === 0) return '';
  const { requests, tokens } = unpriced;
  return `Unpriced: ${grouped(requests)} requests with ${grouped(tokens)} tokens, whose cost is not known; it is on no total.\n`;
}

const SHORT_ID_DIGITS = 10;
const LINE_COLUMNS = [
  ...['TEAM', 'COST CENTRE', 'PROJECT', 'MODEL', 'ON', 'KIND', 'CLASS'].map(left),
  ...['REQUESTS', 'QUANTITY'].map(right),
  left('UNIT'),
  ...['LIST', 'EFFECTIVE', 'BILLED'].map(right),
];

function linesTable(lines: readonly StatementLineWire[]): string {
  const corrects = lines.some(isCorrection);
  return renderTable(
    [...LINE_COLUMNS, ...(corrects ? [left('CORRECTS')] : []), left('LINE')],
    lines.map((line) => [
      line.team,
      line.costCenter,
      line.project,
      line.model,
      line.pool ?? line.provider,
      line.kind,
      [line.tokenClass, line.modality].filter((part) => part !== null).join(' '),
      line.requests === '0' ? '' : grouped(line.requests),
      grouped(line.quantity),
      line.unit.replaceAll('_', ' '),
      amount(line.list),
      amount(line.effective),
      amount(line.billed),
      ...(corrects ? [line.correction && `${line.correction.period}: ${line.correction.cause}`] : []),
      shortLineId(line.id),
    ]),
  );
}

const MODEL_COLUMNS = [
  ...['MODEL', 'ON'].map(left),
  ...[
    'REQUESTS',
    'INPUT TOKENS',
    'OUTPUT TOKENS',
    'USED',
    'COST/1M OUT',
    'BLENDED/1M',
    'IN PART/1M',
    'OUT PART/1M',
  ].map(right),
];

/** Cost per 1M tokens: all used cost by output tokens and by all tokens, then what input and output cost each. */
export function modelsTable(models: readonly ModelWire[]): string {
  const tokensOf = ({ usage }: SummaryWire, classes: readonly TokenClass[]) =>
    classes.reduce((sum, tokenClass) => sum + BigInt(usage.tokens[tokenClass]), 0n);
  return renderTable(
    MODEL_COLUMNS,
    models.map((model) => [
      model.model,
      model.pool ?? model.provider,
      grouped(model.usage.requests),
      tokensOf(model, INPUT_CLASSES),
      tokensOf(model, OUTPUT_CLASSES),
      model.unpriced.lines > 0 && model.total.effective === '0' ? 'unpriced' : grouped(model.byKind.used.billed),
      unitCost(model.costPerMillionTokens.core),
      unitCost(model.costPerMillionTokens.blended),
      unitCost(model.costPerMillionTokens.input),
      unitCost(model.costPerMillionTokens.output),
    ]),
  );
}

/** Where the pools' cost went: what stands on lines is what the instances cost, or the bill is wrong. */
export function poolsTable(pools: readonly PoolSummaryWire[], currency: string): string {
  const shares = pools.some(({ kind }) => kind === 'shared');
  const amounts = ['COST', 'USED', 'IDLE', ...(shares ? ['SHARED'] : []), 'ON LINES', 'UNEXPLAINED', 'UTILIZATION'];
  return renderTable(
    [left('POOL'), ...amounts.map(right)],
    pools.map(({ pool, cost, byKind, total, unexplained, utilization }) => [
      pool,
      cost === null ? 'no cost record' : grouped(cost.billed),
      grouped(byKind.used.billed),
      grouped(byKind.idle.billed),
      ...(shares ? [grouped(byKind.shared.billed)] : []),
      grouped(total.billed),
      // What is not nothing must not be rounded to nothing.
      parsePicos(unexplained) === 0n ? formatMinor(0n, currency) : grouped(unexplained),
      utilization === null ? '' : percent(utilization),
    ]),
  );
}

const COST_COLUMNS = [left('POOL'), ...['LIST', 'CONTRACTED', 'INVOICED', 'EFFECTIVE'].map(right)];

/** What the pools cost at public and negotiated prices, in cash and amortised; nothing where all that is known is the same. */
export function costsTable(pools: readonly PoolSummaryWire[], currency: string): string {
  const costs = pools.flatMap(({ pool, cost }) => (cost === null ? [] : [{ pool, ...cost }]));
  const isOther = (amounts: (typeof costs)[number]) =>
    [amounts.list, amounts.contracted, amounts.invoiced].some((other) => other !== null && other !== amounts.effective);
  if (!costs.some(isOther)) return '';
  const minor = (text: string | null) => {
    const picos = text === null ? undefined : parsePicos(text);
    return picos === undefined ? 'unknown' : grouped(formatMinor(picosToMinor(picos, currency), currency));
  };
  return renderTable(
    COST_COLUMNS,
    costs.map(({ pool, list, contracted, invoiced, effective }) => [
      pool,
      ...[list, contracted, invoiced, effective].map(minor),
    ]),
  );
}

function amount(text: string | null): string {
  return text === null ? '' : grouped(text);
}
