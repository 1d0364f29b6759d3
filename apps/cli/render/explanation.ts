import type { ExplainedChargeWire, ExplanationWire, OwnExplanationWire, SplitShareWire } from '#contract';
import { type Cell, type Column, counted, grouped, printable, renderTable } from './table.js';

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });

type Amounts = Readonly<Record<'quantity', string> & Record<'effective' | 'billed', string | null>>;

/** An explanation for people: what the line is, its charges, what the month's end added, and how it was rounded. */
export function renderExplanation(explanation: ExplanationWire): string {
  const { own, correction, sinceClose, currency } = explanation;
  const parts = [
    head(explanation),
    own ? ownText(own) : '',
    correction
      ? `It corrects line ${correction.lineId} of ${correction.period}, because of ${correction.cause}:\n` +
        steps([
          ['before', correction.before],
          ['this line', explanation.line],
          ['after', correction.after],
        ])
      : '',
    correction ? evidenceTable(correction.evidence, currency) : '',
    sinceClose && sinceClose.corrections.length > 0
      ? 'Since the close:\n' +
        steps([
          ['closed', sinceClose.closed],
          ...sinceClose.corrections.map((each): [string, Amounts] => [`on ${each.period ?? 'the open draft'}`, each]),
          ['now', sinceClose.now],
        ])
      : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function head({ period, state, line, currency }: ExplanationWire): string {
  const fields = [
    line.team,
    line.project,
    line.model,
    line.pool === null ? line.provider : `pool ${line.pool}`,
    line.kind,
    line.tokenClass,
  ].filter((field) => field !== null);
  const billed = line.billed === null ? 'cost not known' : `${grouped(line.billed)} ${currency}`;
  const exact = line.effective === null ? '' : ` (exactly ${grouped(line.effective)})`;
  const unit = line.unit.replace('_', ' ');
  const title = `${line.id}, ${period} (${state}): ${fields.join(', ')}`;
  return `${printable(title)}\n${grouped(line.quantity)} ${unit}, ${billed}${exact}\n`;
}

function ownText(own: OwnExplanationWire): string {
  const { charges, charged, settlements, rounding, policy } = own;
  const rest = charged.entries - charges.data.length;
  const parts = [
    policy ? `Policy ${policy.version.toString()}: ${policyText(policy)}\n` : '',
    charges.data.length > 0 ? chargesTable(charges.data) : '',
    rest > 0 ? `${counted(rest, 'more charge')}; --limit shows more.\n` : '',
    sumsTable(own),
    settlements.some(({ splits }) => splits.length > 0) ? splitsTable(settlements.flatMap(({ splits }) => splits)) : '',
    rounding ? roundingTable(rounding) : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function policyText({ attribution, idle }: NonNullable<OwnExplanationWire['policy']>): string {
  const { basis, ...parameters } = attribution;
  const named = Object.keys(parameters).length > 0 ? ` ${JSON.stringify(parameters)}` : '';
  return printable(`${basis}${named}, idle ${typeof idle === 'string' ? idle : idle.policy}`);
}

const CHARGE_COLUMNS = [
  left('QUARTER OF AN HOUR'),
  ...['QUANTITY', 'POOL COST', 'OF IT', 'WEIGHT', 'OF', 'UNIT PRICE', 'EFFECTIVE', 'SET ASIDE'].map(right),
  left(''),
];

/** One row a charge; a split's weights are those of the last one, which is over usage. */
function chargesTable(charges: readonly ExplainedChargeWire[]): string {
  return renderTable(
    CHARGE_COLUMNS,
    charges.map(({ chargePeriod, quantity, poolCost, splits, unitPrice, effective, setAside, why }): Cell[] => {
      const last = splits.at(-1);
      return [
        chargePeriod,
        grouped(quantity),
        amount(poolCost?.effective),
        amount(last?.amount),
        amount(last?.weight),
        amount(last?.totalWeight),
        amount(unitPrice?.effective),
        amount(effective),
        setAside && `${setAside.by} ${grouped(setAside.effective)}`,
        why?.replaceAll('_', ' '),
      ];
    }),
  );
}

function sumsTable({ charged, settlements, check, now }: OwnExplanationWire): string {
  const rows: [string, string, string | null][] = [
    [counted(charged.entries, 'charge'), charged.quantity, charged.effective],
    ...settlements.map((part): [string, string, string | null] => [part.step, part.quantity, part.effective]),
  ];
  if (now) rows.push(['the line', now.quantity, now.effective]);
  const table = renderTable(
    [left('SUM'), right('QUANTITY'), right('EFFECTIVE')],
    rows.map(([name, quantity, effective]) => [name, grouped(quantity), amount(effective)]),
  );
  return `${table}${check.difference === '0' ? 'It adds up.' : `It is off by ${check.difference}.`}\n`;
}

function splitsTable(splits: readonly SplitShareWire[]): string {
  return renderTable(
    [left('SETTLED BY'), ...['AMOUNT', 'WEIGHT', 'OF', 'PART'].map(right)],
    splits.map(({ by, name, amount: of, weight, totalWeight, part }) => {
      const rule = by.replace('_', ' ') + (name === null ? '' : ` ${name}`);
      return [rule, grouped(of), grouped(weight), grouped(totalWeight), grouped(part)];
    }),
  );
}

function roundingTable({
  party,
  ofParty,
  ofTeam,
  ofLine,
  residue,
}: NonNullable<OwnExplanationWire['rounding']>): string {
  const rows: [string, typeof ofParty][] = [
    [party, ofParty],
    ['the team', ofTeam],
    ['the line', ofLine],
  ];
  const table = renderTable(
    [left('ROUNDED'), right('EXACTLY'), right('BILLED')],
    rows.map(([name, { effective, billed }]) => [name, grouped(effective), grouped(billed)]),
  );
  return `${table}Residue ${grouped(residue)}\n`;
}

function steps(rows: readonly (readonly [string, Amounts])[]): string {
  return renderTable(
    [left(''), ...['QUANTITY', 'EFFECTIVE', 'BILLED'].map(right)],
    rows.map(([name, { quantity, effective, billed }]) => [name, grouped(quantity), amount(effective), amount(billed)]),
  );
}

function evidenceTable(
  { before, after }: NonNullable<ExplanationWire['correction']>['evidence'],
  currency: string,
): string {
  const row = (name: string, of: typeof before): Cell[] => [
    name,
    grouped(of.requests),
    grouped(of.tokens),
    amount(of.poolCost),
    of.policyVersions.join(', '),
    of.priceVersions.join(', '),
  ];
  return renderTable(
    [
      left("THE OWNER'S"),
      ...['REQUESTS', 'TOKENS', `POOL COST ${currency}`].map(right),
      left('POLICIES'),
      left('PRICES'),
    ],
    [row('before', before), row('after', after)],
  );
}

function amount(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : grouped(text);
}
