import type { BillSums } from '../bill-sums.js';
import { type LineFields, lineKey } from '../line.js';
import { linesOf, peakSplits, splitOverLines } from '../settle-peak.js';
import type { SettlementDetail } from './settlement-detail.js';
import type { SplitShare } from './split-share.js';

/** How a line comes to its part of what the basis `peak` held back: its team's by peak demands, then its own by tokens. */
export function explainPeak(sums: BillSums): SettlementDetail {
  const splits = peakSplits(sums).map((split) => ({ ...split, lines: linesOf(sums, split.held) }));
  return {
    step: 'peak',
    splitsOf(line: LineFields) {
      const key = lineKey(line);
      return splits.flatMap(({ held, shares, parts, lines }): SplitShare[] => {
        const own = lines.filter(({ team }) => team === line.team);
        const at = own.findIndex((other) => lineKey(other) === key);
        const team = shares.findIndex((share) => share.key === line.team);
        const part = parts?.[team];
        if (at < 0 || part === undefined) return [];
        const within = splitOverLines(part, own);
        const weightOf = (of: typeof shares, i: number) => of[i]?.weight ?? 0n;
        const total = (of: typeof shares) => of.reduce((sum, { weight }) => sum + weight, 0n);
        return [
          {
            by: 'peak',
            name: line.team,
            amount: held.effective,
            weight: weightOf(shares, team),
            totalWeight: total(shares),
            parts: 1,
            part: part.effective,
          },
          {
            by: 'usage',
            name: null,
            amount: part.effective,
            weight: weightOf(within.shares, at),
            totalWeight: total(within.shares),
            parts: 1,
            part: within.parts[at]?.effective ?? 0n,
          },
        ];
      });
    },
  };
}
