import { type Outcome, succeed } from '#outcome';
import { isOfUsage, type LineCounts, type LineEvents } from '../domain/index.js';
import type { CloseStore } from './close-store.js';
import { ExplainSinceClose } from './explain-since-close.js';
import { type BilledNow, type FindLine, type FoundLine, type LineInput, lineNow } from './find-line.js';
import { type EventPage, type EventReaders, readLineEvents } from './read-line-events.js';

export interface ListLineEventsInput extends LineInput {
  readonly page: EventPage;
}

const NOTHING: LineCounts = { requests: 0n, quantity: 0n };

/**
 * Lists the events behind a statement's line. Which usage is the line's, billing says: the month is billed again as for an
 * explanation, and what is charged to the line is looked up. A closed line has the events of what is known now.
 */
export class ListLineEvents {
  private readonly since: ExplainSinceClose;

  constructor(
    private readonly lines: FindLine,
    private readonly readers: EventReaders,
    closes: CloseStore,
  ) {
    this.since = new ExplainSinceClose(closes);
  }

  /** Fails as `FindLine.find` does. */
  list({ page, ...input }: ListLineEventsInput): Promise<Outcome<LineEvents>> {
    return this.lines.find(input, async (found) => {
      const used = await this.monthOfUsage(found);
      return used.ok ? succeed(await this.eventsOf(found, used.value, page)) : used;
    });
  }

  /** A line that corrects a closed month is of that month's usage. */
  private async monthOfUsage({ line, now }: FoundLine): Promise<Outcome<BilledNow>> {
    const { correction } = line;
    if (!correction) return succeed(now);
    const { accountId } = now.inputs.account;
    return this.lines.billMonth({ accountId, period: correction.period }, now.snapshot);
  }

  private async eventsOf(found: FoundLine, used: BilledNow, page: EventPage): Promise<LineEvents> {
    const { line, state, now } = found;
    const billed = lineNow(used, line);
    const reason = !isOfUsage(line) ? 'not_usage' : billed === null ? 'not_billed_now' : null;
    const events = reason === null ? await readLineEvents(this.readers, used, line, page) : [];
    return {
      ...{ line, state, reason, events },
      period: now.inputs.period.name,
      usagePeriod: used.inputs.period.name,
      counted: await this.countedOf(found),
      now: isOfUsage(line) && billed ? countsIn(billed) : NOTHING,
    };
  }

  private async countedOf({ line, close, beside, now }: FoundLine): Promise<LineCounts> {
    if (!isOfUsage(line)) return NOTHING;
    if (!line.correction) return countsIn(line);
    const correction = await this.since.correctionOf(now.inputs.account.accountId, line, close, beside);
    return correction ? countsIn(correction.after) : NOTHING;
  }
}

function countsIn({ requests, quantity }: LineCounts): LineCounts {
  return { requests, quantity };
}

export const LIST_LINE_EVENTS = Symbol('ListLineEvents');
