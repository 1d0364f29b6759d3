import { lineHash, type Posting, type StatementLine } from '../../libs/statement/domain/index.js';
import type { CloseStore, KeptClose, NewClose } from '../../libs/statement/service/close-store.js';

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
    lines: async (_, closeNumber, after, limit, team) => {
      const rest = at(closeNumber)?.lines.slice(after) ?? [];
      return rest.filter(({ line }) => team === null || line.team === team).slice(0, limit);
    },
    corrections: async (_, period, after, limit) => {
      const all = closes.flatMap(({ kept: { closeNumber, period: on }, lines }) =>
        lines
          .filter(({ line }) => line.correction?.period === period)
          .map((kept) => ({ ...kept, closeNumber, period: on })),
      );
      const isLater = ({ closeNumber, lineNumber }: (typeof all)[number]) =>
        !after ||
        closeNumber > after.closeNumber ||
        (closeNumber === after.closeNumber && lineNumber > after.lineNumber);
      return all.filter(isLater).slice(0, limit);
    },
    postings: async (_, closeNumber) => at(closeNumber)?.postings ?? [],
    append: async (_, make) => {
      const close = make(closes.at(-1)?.kept);
      if (close) closes.push(storedOf(close));
      return close && closes.at(-1)?.kept;
    },
    issue: async () => true,
  };
}

function storedOf({ document, text, hash, previousHash, lines, postings }: NewClose): StoredClose {
  const { closeNumber, period } = document;
  return {
    kept: { closeNumber, period: period.name, text, hash, previousHash, issuedAt: null, issuedBy: null },
    lines: lines.map((line, i) => ({ lineNumber: i + 1, line, hash: lineHash(line) })),
    postings,
  };
}
