import { type Outcome, succeed } from '#outcome';
import {
  type ChargePage,
  type LineExplanation,
  type OwnExplanation,
  ownExplanation,
  type StatementLine,
} from '../domain/index.js';
import type { CloseStore } from './close-store.js';
import { ExplainSinceClose } from './explain-since-close.js';
import { type BilledNow, type FindLine, type FoundLine, type LineInput, lineNow } from './find-line.js';
import { type LineReaders, traceLine } from './trace-line.js';

export interface ExplainLineInput extends LineInput {
  readonly page: ChargePage;
}

/**
 * Says how a statement's line came about. It is billed again at one moment: quickly with all others, for what is settled and
 * rounded over the month, and the plain way with its pool alone, for its charges. A closed line is explained by what is
 * known now, and by what that is more than it was closed with.
 */
export class ExplainLine {
  private readonly since: ExplainSinceClose;

  constructor(
    private readonly lines: FindLine,
    private readonly readers: LineReaders,
    closes: CloseStore,
  ) {
    this.since = new ExplainSinceClose(closes);
  }

  /** Fails as `FindLine.find` does. */
  explain({ page, ...input }: ExplainLineInput): Promise<Outcome<LineExplanation>> {
    return this.lines.find(input, async (found) => succeed(await this.explanationOf(found, page)));
  }

  private async explanationOf({ line, state, close, beside, now }: FoundLine, page: ChargePage) {
    const { account, period } = now.inputs;
    const { accountId, currency } = account;
    const explained = { period: period.name, currency, state, line } as const;
    if (line.correction) {
      const correction = await this.since.correctionOf(accountId, line, close, beside);
      return { ...explained, own: null, correction, sinceClose: null };
    }
    const own = await this.ownOf(line, now, page);
    const sinceClose = close ? await this.since.sinceClose(accountId, close, line, own.now) : null;
    return { ...explained, own, correction: null, sinceClose };
  }

  private async ownOf(line: StatementLine, billed: BilledNow, page: ChargePage): Promise<OwnExplanation> {
    const { inputs, snapshot, lines } = billed;
    const { charges, prices } = await traceLine(this.readers, inputs, line, snapshot);
    const now = lineNow(billed, line);
    return ownExplanation(inputs, { line, lines, now, settled: billed.settled(line), charges, prices }, page);
  }
}

export const EXPLAIN_LINE = Symbol('ExplainLine');
