import {
  billedSoFar,
  type Compared,
  type CorrectionExplanation,
  circumstancesOf,
  type LineCorrection,
  lineId,
  lineKey,
  type SinceClose,
  type StatementLine,
} from '../domain/index.js';
import type { CloseStore, KeptClose } from './close-store.js';
import { correctionsOfMonth, linesOfClose } from './lines-of-close.js';

/** A line that is none any more, and one that was none yet: nothing has been known of its cost. */
const GONE: Compared = { requests: 0n, quantity: 0n, list: 0n, effective: 0n, billed: 0n };
const NOT_YET: Compared = { ...GONE, effective: null, billed: null };

/** Compares lines of closed months with what became of them. */
export class ExplainSinceClose {
  constructor(private readonly closes: CloseStore) {}

  /** A line of a close, its corrections wherever they stand, and what they sum to: the line as it is now. */
  async sinceClose(
    accountId: number,
    close: KeptClose,
    line: StatementLine,
    now: StatementLine | null,
  ): Promise<SinceClose> {
    const key = lineKey(line);
    let closed: Compared = NOT_YET;
    for await (const kept of linesOfClose(this.closes, accountId, close.closeNumber))
      if (!kept.line.correction && lineKey(kept.line) === key) closed = compared(kept.line);
    const corrections: LineCorrection[] = [];
    for await (const { line: later, period } of correctionsOfMonth(this.closes, accountId, close.period))
      if (lineKey(later) === key) corrections.push({ period, ...compared(later) });
    const is = now ? compared(now) : GONE;
    const open = minus(is, [closed, ...corrections].reduce(plus, NOT_YET));
    if (!isNothing(open)) corrections.push({ period: null, ...open });
    return { closed, corrections, now: is };
  }

  /**
   * What was billed for the line before it was corrected, and after. `on`: the close that the correction stands on, undefined:
   * the draft; `beside`: all lines of that statement. Null when there is no such close.
   */
  async correctionOf(
    accountId: number,
    line: StatementLine,
    on: KeptClose | undefined,
    beside: readonly StatementLine[],
  ): Promise<CorrectionExplanation | null> {
    const { period = '' } = line.correction ?? {};
    const corrected = await this.closes.find(accountId, period);
    if (!corrected) return null;
    const own: StatementLine[] = [];
    for await (const kept of linesOfClose(this.closes, accountId, corrected.closeNumber))
      if (!kept.line.correction) own.push(kept.line);
    const earlier: StatementLine[] = [];
    for await (const { line: other, closeNumber } of correctionsOfMonth(this.closes, accountId, period)) {
      if (on && closeNumber >= on.closeNumber) break;
      earlier.push(other);
    }
    const here = beside.filter(({ correction }) => correction?.period === period);
    const [before, after] = [billedSoFar(own, earlier), billedSoFar(own, [...earlier, ...here])];
    const key = lineKey(line);
    const among = (lines: readonly StatementLine[]) => {
      const found = lines.find((other) => lineKey(other) === key);
      return found ? compared(found) : NOT_YET;
    };
    return {
      lineId: lineId(period, { ...line, correction: null }),
      before: among(before),
      after: among(after),
      evidence: { before: circumstancesOf(before, line), after: circumstancesOf(after, line) },
    };
  }
}

function compared({ requests, quantity, list, effective, billed }: StatementLine): Compared {
  return { requests, quantity, list, effective, billed };
}

/** As corrections add up: a cost that is not known in one of them adds nothing, a list cost makes the sum unknown. */
function plus(a: Compared, b: Compared): Compared {
  const known = (x: bigint | null, y: bigint | null) => (x === null && y === null ? null : (x ?? 0n) + (y ?? 0n));
  return {
    requests: a.requests + b.requests,
    quantity: a.quantity + b.quantity,
    list: a.list === null || b.list === null ? null : a.list + b.list,
    effective: known(a.effective, b.effective),
    billed: known(a.billed, b.billed),
  };
}

function minus(a: Compared, b: Compared): Compared {
  const negative = (amount: bigint | null) => (amount === null ? null : -amount);
  return plus(a, {
    requests: -b.requests,
    quantity: -b.quantity,
    list: negative(b.list),
    effective: negative(b.effective),
    billed: negative(b.billed),
  });
}

function isNothing(of: Compared): boolean {
  return [of.requests, of.quantity, of.list ?? 0n, of.effective ?? 0n, of.billed ?? 0n].every((value) => value === 0n);
}
