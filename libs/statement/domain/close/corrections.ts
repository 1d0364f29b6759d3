import { groupBy } from '#money';
import { TOKEN_CLASSES } from '#token';
import { isTrueUp } from '../invoices/settle-invoices.js';
import { inOrder, type LineFields, lineKey, partyOf, type StatementLine, tokensOf } from '../line.js';
import { changedByInvoice } from './changed-by-invoice.js';
import type { CorrectionCause } from './correction.js';

/** A closed month as it was billed, by its close and all corrections since, and as it would be billed now. */
export interface ClosedMonth {
  readonly period: string;
  readonly billed: readonly StatementLine[];
  readonly now: readonly StatementLine[];
}

/**
 * The lines that take a closed month from what was billed to what it should have been: line by line the difference, in every
 * amount. Added to what was billed they give what is now, to the cent; a month that is as it was billed has none.
 */
export function correctionsOf({ period, billed, now }: ClosedMonth): StatementLine[] {
  const [paid, pays] = [poolsOf(billed), poolsOf(now)];
  const [before, after] = [usageBy(ownerKey, billed), usageBy(ownerKey, now)];
  const [used, uses] = [usageBy(partyOf, billed), usageBy(partyOf, now)];
  const isInvoiced = changedByInvoice(billed, now);
  const lines = differencesOf(billed, now).map((line) => {
    const [was, is] = [before.get(ownerKey(line)), after.get(ownerKey(line))];
    if (isInvoiced(line)) return { ...line, correction: { period, cause: 'invoice' as const } };
    const sameUse = used.get(partyOf(line))?.usage === uses.get(partyOf(line))?.usage;
    const ofPool = line.pool === null ? null : samenessOf(paid.get(line.pool), pays.get(line.pool));
    return { ...line, correction: { period, cause: causeOf(was, is, { ofPool, sameUse }) } };
  });
  return inOrder(lines);
}

/** Line by line what the second lot of lines is more than the first; lines that are the same are left out. */
export function differencesOf(before: readonly StatementLine[], after: readonly StatementLine[]): StatementLine[] {
  const [was, is] = [sumByKey(before), sumByKey(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const difference = subtract(is.get(key), was.get(key));
    return difference && !isNothing(difference) ? [difference] : [];
  });
}

/** What was billed for a month in all: the lines of its close and the corrections of it since, summed by line. */
export function billedSoFar(closed: readonly StatementLine[], corrections: readonly StatementLine[]): StatementLine[] {
  return [...sumByKey([...closed, ...corrections.map((line) => ({ ...line, correction: null }))]).values()];
}

/** An owner's use of a model on a pool or from a provider, and the versions that its cost was made with. */
interface OwnerUsage {
  readonly usage: string;
  readonly versions: string;
  readonly cost: bigint;
}

/** Whether a pool cost the same, and whether the same versions of its policy made its lines. */
interface PoolSameness {
  readonly sameCost: boolean;
  readonly sameVersions: boolean;
}

/** What is the same of a pool or provider as a whole. */
interface PartySame {
  /** Null for what is no pool. */
  readonly ofPool: PoolSameness | null;
  readonly sameUse: boolean;
}

function causeOf(
  was: OwnerUsage | undefined,
  is: OwnerUsage | undefined,
  { ofPool, sameUse }: PartySame,
): CorrectionCause {
  if ((was?.usage ?? NO_USAGE) !== (is?.usage ?? NO_USAGE)) return sameUse ? 'owner' : 'usage';
  if (ofPool?.sameCost === false) return 'cost';
  if (was && is && was.versions !== is.versions) return ofPool === null ? 'price' : 'policy';
  // An owner that pays only under one of two versions pays, or is let off, by the other.
  if (ofPool !== null) return (!was || !is) && !ofPool.sameVersions ? 'policy' : 'share';
  if (was?.cost === is?.cost) return 'share';
  // Nobody used more or less of the provider: a price rule came, went or changed.
  return sameUse ? 'price' : 'share';
}

function samenessOf(was: PoolState | undefined, is: PoolState | undefined): PoolSameness {
  return { sameCost: costsTheSame(was, is), sameVersions: was?.versions === is?.versions };
}

/** What the lines of a pool tell of it as a whole. */
interface PoolState {
  /** What stands on its lines but for true-ups, which is what its records say that it cost. */
  readonly cost: bigint;
  readonly idle: string;
  readonly usage: string;
  readonly versions: string;
}

function poolsOf(lines: readonly StatementLine[]): Map<string, PoolState> {
  const groups = groupBy(
    lines.filter((line) => line.pool !== null && isSomething(line) && !isTrueUp(line)),
    ({ pool }) => pool ?? '',
  );
  return new Map([...groups].map(([pool, own]) => [pool, poolOf(own)]));
}

function poolOf(lines: readonly StatementLine[]): PoolState {
  const sum = (of: readonly StatementLine[], amount: 'effective' | 'quantity') =>
    of.reduce((total, line) => total + (line[amount] ?? 0n), 0n);
  const idle = lines.filter(({ kind }) => kind === 'idle');
  return {
    idle: `${sum(idle, 'effective').toString()} ${sum(idle, 'quantity').toString()}`,
    ...usageOf(lines),
  };
}

/** Whether nothing was said anew of a pool's capacity: neither what it cost nor, of what was bought, how much of it ran. */
function costsTheSame(was: PoolState | undefined, is: PoolState | undefined): boolean {
  if ((was?.cost ?? 0n) !== (is?.cost ?? 0n)) return false;
  const sameUse = was?.usage === is?.usage && was?.versions === is?.versions;
  return !sameUse || was?.idle === is?.idle;
}

const NO_USAGE = usageText(
  0n,
  TOKEN_CLASSES.map(() => 0n),
);

function usageBy(keyOf: (line: StatementLine) => string, lines: readonly StatementLine[]): Map<string, OwnerUsage> {
  const known = lines.filter((line) => isSomething(line) && !isTrueUp(line));
  return new Map([...groupBy(known, keyOf)].map(([key, group]) => [key, usageOf(group)]));
}

function usageOf(lines: readonly StatementLine[]): OwnerUsage {
  const requests = lines.reduce((sum, line) => sum + line.requests, 0n);
  const tokens = TOKEN_CLASSES.map((of) => lines.reduce((sum, line) => sum + tokensOf(line, of), 0n));
  const versions = new Set(lines.map(versionsOf));
  const cost = lines.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
  return { usage: usageText(requests, tokens), versions: JSON.stringify([...versions].sort()), cost };
}

function versionsOf({ policyVersion, priceVersionId, priceRules = '' }: LineFields): string {
  return `${policyVersion} ${priceVersionId} ${priceRules}`;
}

function usageText(requests: bigint, tokens: readonly bigint[]): string {
  return [requests, ...tokens].join(' ');
}

function ownerKey({ team, project, model, provider, pool }: LineFields): string {
  return JSON.stringify([team, project, model, provider, pool]);
}

function isSomething(line: StatementLine): boolean {
  return !isNothing(line);
}

function sumByKey(lines: readonly StatementLine[]): Map<string, StatementLine> {
  const sums = new Map<string, StatementLine>();
  for (const line of lines) {
    const key = lineKey(line);
    const sum = combine(sums.get(key), line, 1n);
    if (sum) sums.set(key, sum);
  }
  return sums;
}

function subtract(is: StatementLine | undefined, was: StatementLine | undefined): StatementLine | undefined {
  return was === undefined ? is : combine(is, was, -1n);
}

/** `line + sign x other`; an amount that is not known in one of them adds nothing, one known in neither stays unknown. */
function combine(line: StatementLine | undefined, other: StatementLine, sign: 1n | -1n): StatementLine | undefined {
  const known = (a: bigint | null | undefined, b: bigint | null) =>
    (a ?? null) === null && b === null ? null : (a ?? 0n) + sign * (b ?? 0n);
  return {
    ...other,
    requests: (line?.requests ?? 0n) + sign * other.requests,
    quantity: (line?.quantity ?? 0n) + sign * other.quantity,
    tokens: combineTokens(line?.tokens ?? null, other.tokens, sign),
    list: line && (line.list === null) !== (other.list === null) ? null : known(line?.list, other.list),
    effective: known(line?.effective, other.effective),
    billed: known(line?.billed, other.billed),
    correction: null,
  };
}

function combineTokens(
  a: StatementLine['tokens'],
  b: StatementLine['tokens'],
  sign: 1n | -1n,
): StatementLine['tokens'] {
  if (!a && !b) return null;
  const sum = (of: keyof NonNullable<StatementLine['tokens']>) => (a?.[of] ?? 0n) + sign * (b?.[of] ?? 0n);
  return {
    inputUncached: sum('inputUncached'),
    cacheRead: sum('cacheRead'),
    cacheWrite5m: sum('cacheWrite5m'),
    cacheWrite1h: sum('cacheWrite1h'),
    output: sum('output'),
    reasoning: sum('reasoning'),
  };
}

function isNothing({ requests, quantity, tokens, list, effective, billed }: StatementLine): boolean {
  const amounts = [
    requests,
    quantity,
    list ?? 0n,
    effective ?? 0n,
    billed ?? 0n,
    ...(tokens ? Object.values(tokens) : []),
  ];
  return amounts.every((amount) => amount === 0n);
}
