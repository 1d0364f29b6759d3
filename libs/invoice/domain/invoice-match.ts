import { literalLength, matchesPattern } from '#directory/domain';
import { groupBy } from '#money';
import type { InvoicedAmount } from './invoice.js';
import { inPeriod } from './versions.js';

/** What a rule asks of a line. All that it names must hold; `*` in a pattern stands for anything. */
export interface MatchConditions {
  /** Who sent the invoice, in lower case. */
  readonly provider: string;
  readonly subAccount: string | null;
  readonly sku: string | null;
  readonly resource: string | null;
  /** `key=value` */
  readonly tag: string | null;
}

/** Whose the line is. `platform`: the platform's own, which is charged to nobody. `none`: the rule says nothing any more. */
export type MatchTarget =
  | { readonly to: 'pool'; readonly pool: string }
  | { readonly to: 'provider'; readonly provider: string; readonly model: string | null }
  | { readonly to: 'platform' }
  | { readonly to: 'none' };

/** One version of a rule, known by its conditions. */
export interface InvoiceMatch extends MatchConditions {
  readonly version: number;
  readonly fromPeriod: string;
  readonly target: MatchTarget;
}

/** The rules that hold in a month, one version of each; one that says nothing any more is none. */
export function matchesInForce(matches: readonly InvoiceMatch[], period: string): InvoiceMatch[] {
  return inForce(versionsByRule(matches), period);
}

/** Finds the rule of an invoice line. */
export type MatchFinder = (line: InvoicedAmount) => MatchTarget | undefined;

/**
 * Of the rules that hold in the line's month and take it in, the one that names most things wins, then the one that says most
 * of them letter by letter, then the first in the order of its text: the outcome never depends on the order of rules.
 */
export function matchFinder(matches: readonly InvoiceMatch[]): MatchFinder {
  const rules = versionsByRule(matches);
  const byMonth = new Map<string, InvoiceMatch[]>();
  const rankedIn = (period: string): InvoiceMatch[] => {
    const known = byMonth.get(period);
    if (known) return known;
    const ranked = inForce(rules, period).sort(compareRank);
    byMonth.set(period, ranked);
    return ranked;
  };
  return (line) => rankedIn(line.period).find((match) => takesIn(match, line))?.target;
}

function versionsByRule(matches: readonly InvoiceMatch[]): ReadonlyMap<string, InvoiceMatch[]> {
  return groupBy(matches, conditionsKey);
}

function inForce(rules: ReadonlyMap<string, readonly InvoiceMatch[]>, period: string): InvoiceMatch[] {
  const held = [...rules.values()].flatMap((versions) => inPeriod(versions, period) ?? []);
  return held.filter(({ target }) => target.to !== 'none');
}

/** The text of a rule's conditions: the same for the same rule. */
export function conditionsKey({ provider, subAccount, sku, resource, tag }: MatchConditions): string {
  return JSON.stringify([provider, subAccount, sku, resource, tag]);
}

function takesIn(match: MatchConditions, line: InvoicedAmount): boolean {
  return (
    match.provider === line.provider &&
    holds(match.subAccount, line.subAccount) &&
    holds(match.sku, line.sku) &&
    holds(match.resource, line.resource) &&
    holdsTag(match.tag, line.tags)
  );
}

function holds(pattern: string | null, text: string | null): boolean {
  return pattern === null || matchesPattern(pattern, text);
}

function holdsTag(tag: string | null, tags: InvoicedAmount['tags']): boolean {
  if (tag === null) return true;
  return Object.entries(tags ?? {}).some(([name, value]) => matchesPattern(tag, `${name}=${value}`));
}

function compareRank(a: MatchConditions, b: MatchConditions): number {
  const [left, right] = [a, b].map(({ subAccount, sku, resource, tag }) => {
    const named = [subAccount, sku, resource, tag].filter((pattern) => pattern !== null);
    return { count: named.length, letters: literalLength(named.join('')) };
  });
  if (!left || !right) return 0;
  if (left.count !== right.count) return right.count - left.count;
  if (left.letters !== right.letters) return right.letters - left.letters;
  return conditionsKey(a) < conditionsKey(b) ? -1 : 1;
}
