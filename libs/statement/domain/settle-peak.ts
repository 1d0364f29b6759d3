import { peakShares, splitAmounts } from '#allocation/domain';
import { groupBy, type Share } from '#money';
import type { BillSums } from './bill-sums.js';
import type { PoolHeldCost } from './held-costs.js';
import { inputTokensOf, type LineAmounts, type LineFields, lineKey, outputTokensOf } from './line.js';

type Line = LineFields & LineAmounts;
type Held = Pick<LineAmounts, 'list'> & { effective: bigint };

/** How a pool's held cost of one policy version is split; without parts where nobody has any demand. */
export interface PeakSplit {
  readonly held: PoolHeldCost;
  /** One for each team that used the pool. */
  readonly shares: readonly Share[];
  /** In the order of the shares. */
  readonly parts: readonly Held[] | undefined;
}

/**
 * Gives the cost that the basis `peak` held to the lines of its usage: over teams by their peak demands, then each team's
 * part over its own lines by tokens. Where no token was used there is no demand to follow and the cost is idle, so it
 * comes before idle cost is settled.
 */
export function settlePeak(sums: BillSums): void {
  const used = groupBy(sums.lines().filter(isUse), heldKey);
  for (const { held, shares, parts } of peakSplits(sums)) {
    const { pool, policyVersion, effective, list, instanceNanos } = held;
    if (!parts) {
      sums.addIdle({ pool, policyVersion, effective, list, instanceNanos });
      continue;
    }
    const byTeam = groupBy(used.get(heldKey(held)) ?? [], (line) => line.team);
    shares.forEach(({ key: team }, i) => {
      const own = byTeam.get(team) ?? [];
      const part = parts[i];
      const split = part && splitOverLines(part, own);
      own.forEach((line, j) => {
        const amounts = split?.parts[j];
        if (amounts) sums.addLine(fieldsOf(line), { requests: 0n, quantity: 0n, tokens: null, ...amounts });
      });
    });
  }
}

/** What each team pays under `peak`, before it is on lines. */
export function peakSplits(sums: BillSums): PeakSplit[] {
  return sums.held.list().map((held) => {
    const shares = peakShares(held.demands);
    return { held, shares, parts: splitAmounts(held, shares) };
  });
}

/** The lines that show the usage behind a held cost. */
export function linesOf(sums: BillSums, held: PoolHeldCost): Line[] {
  const key = heldKey(held);
  return sums.lines().filter((line) => isUse(line) && heldKey(line) === key);
}

function heldKey({ pool, policyVersion }: Pick<LineFields, 'pool' | 'policyVersion'>): string {
  return JSON.stringify([pool, policyVersion]);
}

function isUse({ kind }: Pick<LineFields, 'kind'>): boolean {
  return kind === 'used' || kind === 'unattributed';
}

/** A team's part over its own lines by tokens, by requests where it has none; no parts where it has neither. */
export function splitOverLines(part: Held, lines: readonly Line[]) {
  const byTokens = lines.map((line) => ({ key: lineKey(line), weight: inputTokensOf(line) + outputTokensOf(line) }));
  const byRequests = lines.map((line) => ({ key: lineKey(line), weight: line.requests }));
  const parts = splitAmounts(part, byTokens);
  if (parts) return { shares: byTokens, parts };
  return { shares: byRequests, parts: splitAmounts(part, byRequests) ?? [] };
}

function fieldsOf(line: Line): LineFields {
  const { requests: _r, quantity: _q, tokens: _t, list: _l, effective: _e, ...fields } = line;
  return fields;
}
