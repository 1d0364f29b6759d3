import { linesHashOf } from '../../libs/statement/domain/close/testing.js';
import { inOrder, lineHash, type Posting, type StatementLine } from '../../libs/statement/domain/index.js';
import type { CloseStore, KeptClose, LinePage, NewClose } from '../../libs/statement/service/close-store.js';

/** A close as the store of a test keeps it. */
export interface StoredClose {
  kept: KeptClose;
  readonly lines: readonly { readonly lineNumber: number; line: StatementLine; readonly hash: string }[];
  postings: readonly Posting[];
}

/** Closes in memory. */
export function memoryCloseStore(closes: StoredClose[]): CloseStore {
  const at = (closeNumber: number) => closes[closeNumber - 1];
  return {
    find: async (_, period) => closes.find(({ kept }) => kept.period === period)?.kept,
    last: async () => closes.at(-1)?.kept,
    list: async (_, after, limit) => closes.slice(after, after + limit).map(({ kept }) => kept),
    lines: async ({ closeNumber, afterLine, limit, team, pools }) => {
      const rest = at(closeNumber)?.lines.slice(afterLine) ?? [];
      return rest.filter(({ line }) => (team === null || line.team === team) && isOn(line, pools)).slice(0, limit);
    },
    poolsBilled: async (_, { closeNumber, period }) => {
      const own = at(closeNumber)?.lines ?? [];
      const corrections = closes.flatMap(({ lines }) => lines.filter(({ line }) => line.correction?.period === period));
      return [...new Set([...own, ...corrections].map(({ line }) => line.pool))];
    },
    corrections: async (_, period, after, limit, pools) => {
      const all = closes.flatMap(({ kept: { closeNumber, period: on }, lines }) =>
        lines
          .filter(({ line }) => line.correction?.period === period && isOn(line, pools))
          .map((kept) => ({ ...kept, closeNumber, period: on })),
      );
      const isLater = ({ closeNumber, lineNumber }: (typeof all)[number]) =>
        !after ||
        closeNumber > after.closeNumber ||
        (closeNumber === after.closeNumber && lineNumber > after.lineNumber);
      return all.filter(isLater).slice(0, limit);
    },
    postings: async (_, closeNumber) => at(closeNumber)?.postings ?? [],
    stage: (_, work) => {
      const staged: StatementLine[] = [];
      return work({
        add: async (lines) => {
          staged.push(...lines);
        },
        append: async (after, make) => {
          const last = closes.at(-1)?.kept;
          if ((last?.hash ?? null) !== after) return undefined;
          const lines = inOrder(staged);
          closes.push(storedOf(make(last, linesHashOf(lines)), lines));
          return closes.at(-1)?.kept;
        },
      });
    },
    issue: async () => true,
  };
}

function isOn({ pool }: StatementLine, pools: LinePage['pools']): boolean {
  return pools?.includes(pool) ?? true;
}

function storedOf(
  { document, text, hash, previousHash, postings }: NewClose,
  lines: readonly StatementLine[],
): StoredClose {
  const { closeNumber, period } = document;
  return {
    kept: { closeNumber, period: period.name, text, hash, previousHash, issuedAt: null, issuedBy: null },
    lines: lines.map((line, i) => ({ lineNumber: i + 1, line, hash: lineHash(line) })),
    postings,
  };
}
