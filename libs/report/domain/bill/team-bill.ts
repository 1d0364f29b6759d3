import type { EpochMs } from '#calendar';
import { formatInstant } from '#calendar';
import { formatMinor, groupBy } from '#money';
import { isUnpriced, partyOf, type StatementLine, type StatementState, stateOf } from '#statement/domain';
import type { ExportSource } from '../export-source.js';
import { BILLED_KINDS, SummaryRows } from '../summary-rows.js';
import { type BillLine, billLineOf, grouped } from './bill-line.js';

/** Lines that stand together under a title, and what they come to. */
export interface BillSection {
  readonly title: string;
  readonly lines: readonly BillLine[];
  readonly subtotal: string;
}

export interface BillAmount {
  readonly label: string;
  readonly amount: string;
}

/** A team's bill: everything that stands on it, as text. */
export interface TeamBill {
  readonly account: string;
  readonly team: string;
  readonly period: string;
  readonly currency: string;
  readonly state: StatementState;
  /** What else the head says. */
  readonly facts: readonly BillAmount[];
  readonly totals: readonly BillAmount[];
  readonly total: string;
  /** By pool, and by provider for what is billed per token. */
  readonly sections: readonly BillSection[];
  /** What it corrects of closed months, by month and cause. */
  readonly corrections: readonly BillSection[];
  /** What is not on it for its cost is not known; null: nothing. */
  readonly unpriced: string | null;
  /** How to have a number explained. */
  readonly footer: string;
  /** When what it says was so. */
  readonly at: EpochMs;
}

export function teamBillOf(source: ExportSource, team: string, lines: readonly StatementLine[]): TeamBill {
  const { account, period, currency, closing, accruedTo } = source.statements;
  const money = (minor: bigint) => grouped(formatMinor(minor, currency));
  const own = lines.filter(({ correction }) => correction === null);
  return {
    account,
    team,
    period: period.name,
    currency,
    state: stateOf(source.statements),
    facts: factsOf(source),
    totals: totalsOf(lines, money),
    total: money(sumOf(lines)),
    sections: sectionsOf(own, partyOf, titleOf, currency),
    corrections: sectionsOf(
      lines.filter(({ correction }) => correction !== null),
      ({ correction }) => `${correction?.period ?? ''} ${correction?.cause ?? ''}`,
      ({ correction }) => `Corrects ${correction?.period ?? ''} (${correction?.cause ?? ''})`,
      currency,
    ),
    unpriced: unpricedOf(lines.filter(isUnpriced)),
    footer: `Any line of this bill can be explained: apportion bill --period ${period.name} names it, apportion explain LINE shows how it came about. Or ask who runs ${account}.`,
    at: closing?.closedAt ?? accruedTo,
  };
}

function factsOf({ statements }: ExportSource): BillAmount[] {
  const { period, closing, accruedTo } = statements;
  const fact = (label: string, amount: string): BillAmount => ({ label, amount });
  const month = [
    fact('From', `${formatInstant(period.start)} (inclusive)`),
    fact('To', `${formatInstant(period.end)} (exclusive)`),
    fact('Time zone', period.timeZone),
  ];
  if (!closing) return [...month, fact('As of', formatInstant(accruedTo))];
  const issued = closing.issuedAt === null ? [] : [fact('Issued', formatInstant(closing.issuedAt))];
  return [
    ...month,
    fact('Close', `${closing.closeNumber}, ${formatInstant(closing.closedAt)}`),
    ...issued,
    fact('Hash of the close', closing.hash),
  ];
}

function totalsOf(lines: readonly StatementLine[], money: (minor: bigint) => string): BillAmount[] {
  const sums = new SummaryRows();
  for (const line of lines) sums.add({ ...line, costCenter: null });
  return sums.rows().flatMap(({ byKind, corrections }) => {
    const kinds = BILLED_KINDS.map((kind) => ({ label: labelOf(kind), minor: byKind[kind] }));
    return [...kinds, { label: 'Corrections of closed months', minor: corrections }]
      .filter(({ minor }) => minor !== 0n)
      .map(({ label, minor }) => ({ label, amount: money(minor) }));
  });
}

function labelOf(kind: string): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

function sectionsOf(
  lines: readonly StatementLine[],
  keyOf: (line: StatementLine) => string,
  nameOf: (line: StatementLine) => string,
  currency: string,
): BillSection[] {
  return [...groupBy(lines, keyOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (!first) return [];
      const subtotal = grouped(formatMinor(sumOf(group), currency));
      return [{ title: nameOf(first), lines: group.map((line) => billLineOf(line, currency)), subtotal }];
    });
}

function titleOf({ pool, provider }: StatementLine): string {
  return pool === null ? `Provider ${provider ?? ''}` : `Pool ${pool}`;
}

function sumOf(lines: readonly StatementLine[]): bigint {
  return lines.reduce((sum, { billed }) => sum + (billed ?? 0n), 0n);
}

function unpricedOf(lines: readonly StatementLine[]): string | null {
  if (lines.length === 0) return null;
  const requests = lines.reduce((sum, line) => sum + line.requests, 0n);
  const count = `${lines.length} ${lines.length === 1 ? 'line' : 'lines'} with ${grouped(requests.toString())}`;
  return `The cost of ${count} requests is not known yet. They are on this bill without an amount, and will be billed when it is.`;
}
