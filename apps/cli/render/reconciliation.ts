import type { ReconciliationWire } from '#contract';
import { type Column, counted, grouped, printable, renderTable } from './table.js';

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });

/** A month against its invoices for people: party by party, what is nobody's, and that it adds up. */
export function renderReconciliation(reconciliation: ReconciliationWire): string {
  const { period, state, currency, parties, unmatched } = reconciliation;
  const parts = [
    `${printable(`${period} (${state}), amounts in ${currency}`)}\n`,
    parties.length > 0 ? partiesTable(parties) : 'nothing was metered or invoiced\n',
    unmatched.length > 0 ? unmatchedTable(unmatched) : '',
    totalsLine(reconciliation),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const PARTY_COLUMNS = [
  left('PARTY'),
  ...['METERED', 'INVOICED', 'DIFFERENCE', '%', 'BILLED', 'OPEN'].map(right),
  left('POLICY'),
  left('STATE'),
];

function partiesTable(parties: ReconciliationWire['parties']): string {
  return renderTable(
    PARTY_COLUMNS,
    parties.map((party) => [
      party.pool === null ? `provider ${party.provider ?? ''}` : `pool ${party.pool}`,
      grouped(party.metered),
      amount(party.invoiced),
      amount(party.difference),
      amount(party.differencePercent),
      grouped(party.billed),
      grouped(party.open),
      party.policy.replace('_', '-'),
      party.state.replace('_', ' '),
    ]),
  );
}

function unmatchedTable(unmatched: ReconciliationWire['unmatched']): string {
  return renderTable(
    [...['MATCHED TO NOBODY', 'SUB-ACCOUNT', 'SKU'].map(left), ...['LINES', 'INVOICED'].map(right)],
    unmatched.map(({ provider, subAccount, sku, lines, invoiced }) => [
      ...[provider, subAccount, sku],
      lines,
      grouped(invoiced),
    ]),
  );
}

function totalsLine({ totals, unmatched }: ReconciliationWire): string {
  const { statements, platformOwn, tax, open, invoices } = totals;
  const sums = [statements, platformOwn, tax, open, invoices].map(grouped);
  const [billed, own, taxed, left, whole] = sums;
  const stray =
    unmatched.length === 0 ? '' : `, ${counted(unmatched.length, 'group')} of lines matched to nobody in it`;
  return `statements ${billed} + platform's own ${own} + tax ${taxed} + open ${left}${stray} = invoices ${whole}\n`;
}

function amount(text: string | null): string {
  return text === null ? '' : grouped(text);
}
