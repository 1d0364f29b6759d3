import type { Clock } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import {
  type Acknowledgement,
  type Dispute,
  type LineReview,
  lineId,
  type Resolution,
  type ReviewState,
} from '../domain/index.js';
import type { FindLine, FoundLine, LineInput } from './find-line.js';
import { lineNotFound } from './line-called.js';
import type { DisputePage, ReviewStore } from './review-store.js';

export interface SayInput extends LineInput {
  /** Who says it; kept with it. */
  readonly by: string;
}

export interface DisputeInput extends SayInput {
  readonly comment: string;
}

export interface AcknowledgeInput extends SayInput {
  readonly comment: string | null;
}

export interface AnswerInput {
  readonly accountId: number;
  readonly disputeId: string;
  readonly by: string;
  readonly comment: string;
  readonly resolution: Resolution;
}

/** What people say of the lines of statements. It moves no cost: an answer that will correct something is a promise to tell it. */
export class ReviewLines {
  constructor(
    private readonly lines: FindLine,
    private readonly store: ReviewStore,
    private readonly clock: Clock,
  ) {}

  /** Marks a line as wrong. Fails as `FindLine.find` does, or with `statement.dispute_open`. */
  dispute({ comment, ...input }: DisputeInput): Promise<Outcome<Dispute>> {
    return this.lines.find(input, async (found) => {
      const review = this.reviewOf(found, input);
      if (!review) return lineNotFound(input.lineId);
      const opened = await this.store.dispute(input.accountId, { ...review, comment });
      return opened ? succeed(opened) : disputeOpen(review.lineId);
    });
  }

  /** Marks a line as looked at and right. Fails as `FindLine.find` does, or with `statement.dispute_open`. */
  acknowledge({ comment, ...input }: AcknowledgeInput): Promise<Outcome<Acknowledgement>> {
    return this.lines.find(input, async (found) => {
      const review = this.reviewOf(found, input);
      if (!review) return lineNotFound(input.lineId);
      const said = await this.store.acknowledge(input.accountId, { ...review, comment });
      return said ? succeed(said) : disputeOpen(review.lineId);
    });
  }

  /** Fails with `statement.dispute_not_found`, `statement.dispute_answered`. */
  async answer({ accountId, disputeId, ...said }: AnswerInput): Promise<Outcome<Dispute>> {
    const answered = await this.store.answer(accountId, disputeId, { ...said, at: this.clock.now() });
    if (answered) return succeed(answered);
    if (answered === undefined) {
      const detail = `There is no dispute ${disputeId}.`;
      return fail({ kind: 'not_found', code: 'statement.dispute_not_found', detail });
    }
    const detail = `The dispute ${disputeId} has an answer; the line can be disputed again.`;
    return fail({ kind: 'conflict', code: 'statement.dispute_answered', detail });
  }

  list(page: DisputePage): Promise<readonly Dispute[]> {
    return this.store.list(page);
  }

  /** By the lines' names, how those of a month stand that anything was said of. */
  states(accountId: number, period: string): Promise<ReadonlyMap<string, ReviewState>> {
    return this.store.states(accountId, period);
  }

  /** What is said is said of what the statement shows; a line that is not on it cannot be spoken of. */
  private reviewOf({ line, close, beside, now }: FoundLine, { by }: SayInput): LineReview | undefined {
    if (!beside.includes(line)) return undefined;
    const { period, account } = now.inputs;
    const { effective, billed, team } = line;
    const shown = { closeNumber: close?.closeNumber ?? null, currency: account.currency, effective, billed };
    return { lineId: lineId(period.name, line), period: period.name, team, at: this.clock.now(), by, shown };
  }
}

function disputeOpen<T>(id: string): Outcome<T> {
  const detail = `A dispute of ${id} is open; it must be answered first.`;
  return fail({ kind: 'conflict', code: 'statement.dispute_open', detail });
}

export const REVIEW_LINES = Symbol('ReviewLines');
