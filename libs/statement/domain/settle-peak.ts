import { peakShares, splitAmounts } from '#allocation/domain';
import type { BillSums } from './bill-sums.js';
import type { PoolHeldCost } from './held-costs.js';
import { inputTokensOf, type LineAmounts, type LineFields, lineKey, outputTokensOf } from './line.js';

type Line = LineFields & LineAmounts;

/**
 * Gives the cost that the basis `peak` held to the lines of its usage: over teams by their peak demands, then each team's
 * part over its own lines by tokens. Where no token was used there is no demand to follow and the cost is idle, so it
 * comes before idle cost is settled.
 */
export function settlePeak(sums: BillSums): void {
  for (const held of sums.held.list()) {
    const { pool, policyVersion, effective, list, instanceNanos } = held;
    const shares = peakShares(held.demands);
    const parts = splitAmounts(held, shares);
    if (!parts) {
      sums.addIdle({ pool, policyVersion, effective, list, instanceNanos });
      continue;
    }
    const lines = linesOf(sums, held);
    shares.forEach(({ key: team }, i) => {
      const own = lines.filter((line) => line.team === team);
      const part = parts[i];
      if (part) splitOverLines(part, own).forEach(([line, amounts]) => sums.addLine(line, amounts));
    });
  }
}

function linesOf(sums: BillSums, { pool, policyVersion }: PoolHeldCost): Line[] {
  return sums.lines().filter((line) => {
    const isUse = line.kind === 'used' || line.kind === 'unattributed';
    return isUse && line.pool === pool && line.policyVersion === policyVersion;
  });
}

function splitOverLines(part: Pick<LineAmounts, 'list'> & { effective: bigint }, lines: readonly Line[]) {
  const byTokens = lines.map((line) => ({ key: lineKey(line), weight: inputTokensOf(line) + outputTokensOf(line) }));
  const byRequests = lines.map((line) => ({ key: lineKey(line), weight: line.requests }));
  const parts = splitAmounts(part, byTokens) ?? splitAmounts(part, byRequests) ?? [];
  return lines.flatMap((line, i): [LineFields, LineAmounts][] => {
    const amounts = parts[i];
    return amounts ? [[fieldsOf(line), { requests: 0n, quantity: 0n, tokens: null, ...amounts }]] : [];
  });
}

function fieldsOf(line: Line): LineFields {
  const { requests: _r, quantity: _q, tokens: _t, list: _l, effective: _e, ...fields } = line;
  return fields;
}
