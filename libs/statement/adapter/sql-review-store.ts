import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos, parsePicos } from '#money';
import { withTransaction } from '#platform';
import type {
  Acknowledgement,
  Dispute,
  DisputeAnswer,
  LineReview,
  Resolution,
  ReviewState,
  ShownAmount,
} from '../domain/index.js';
import type { DisputePage, OpenDisputes, ReviewStore } from '../service/review-store.js';

/** Spells "revw": one thing is said of an account's lines at a time, whose number is the lock's second half. */
const LOCK = 1_919_252_087;

const INSERT = `
  insert into line_review (account_id, action, line_id, billing_period, team, comment, said_at, said_by, close_number,
    currency, effective_cost, billed_minor)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning review_id`;

const INSERT_ANSWER = `
  insert into line_review (account_id, action, line_id, billing_period, team, comment, said_at, said_by, dispute_id, resolution)
  select account_id, 'answer', line_id, billing_period, team, $3, $4, $5, review_id, $6
  from line_review where account_id = $1 and review_id = $2 and action = 'dispute'`;

const DISPUTES = `
  from line_review d left join line_review a on a.account_id = d.account_id and a.dispute_id = d.review_id
  where d.account_id = $1 and d.action = 'dispute'`;
const SELECT_DISPUTES = `
  select d.*, a.comment as answer_comment, a.resolution as answer_resolution, a.said_at as answered_at, a.said_by as answered_by
  ${DISPUTES}`;
const SELECT_PAGE = `${SELECT_DISPUTES} and d.review_id > $2 and ($3::text is null or d.billing_period = $3)
  and ($4::text is null or d.team = $4) and ($5::boolean is null or (a.review_id is null) = $5)
  order by d.review_id limit $6`;
const SELECT_LAST = `
  select * from line_review where account_id = $1 and billing_period = $2 and line_id = $3 order by review_id desc limit 1`;
const SELECT_STATES = `
  select distinct on (line_id) line_id, action from line_review where account_id = $1 and billing_period = $2
  order by line_id, review_id desc`;
const COUNT_OPEN = `
  select d.review_id, d.line_id, count(*) over () as open
  ${DISPUTES} and a.review_id is null and d.billing_period <= $2 order by d.review_id limit 1`;

const STATES = { dispute: 'open', answer: 'answered', acknowledgement: 'acknowledged' } as const;

interface ReviewRow {
  readonly review_id: string;
  readonly action: keyof typeof STATES;
  readonly line_id: string;
  readonly billing_period: string;
  readonly team: string;
  readonly comment: string | null;
  readonly said_at: Date;
  readonly said_by: string;
  readonly close_number: number | null;
  readonly currency: string | null;
  readonly effective_cost: string | null;
  readonly billed_minor: string | null;
}

interface DisputeRow extends ReviewRow {
  readonly answer_comment: string | null;
  readonly answer_resolution: Resolution | null;
  readonly answered_at: Date | null;
  readonly answered_by: string | null;
}

export class SqlReviewStore implements ReviewStore {
  constructor(private readonly dataSource: DataSource) {}

  dispute(accountId: number, { comment, ...review }: Omit<Dispute, 'disputeId' | 'answer'>) {
    return this.alone(accountId, async (manager): Promise<Dispute | undefined> => {
      const last = await lastOf(manager, accountId, review);
      if (last?.action === 'dispute') return undefined;
      const disputeId = await insert(manager, accountId, 'dispute', { ...review, comment });
      return { ...review, comment, disputeId, answer: null };
    });
  }

  acknowledge(accountId: number, acknowledgement: Acknowledgement) {
    return this.alone(accountId, async (manager): Promise<Acknowledgement | undefined> => {
      const last = await lastOf(manager, accountId, acknowledgement);
      if (last?.action === 'dispute') return undefined;
      const before = last?.action === 'acknowledgement' ? acknowledgementFromRow(last) : undefined;
      if (before && isSame(before, acknowledgement)) return before;
      await insert(manager, accountId, 'acknowledgement', acknowledgement);
      return acknowledgement;
    });
  }

  answer(accountId: number, disputeId: string, { comment, at, by, resolution }: DisputeAnswer) {
    return this.alone(accountId, async (manager): Promise<Dispute | false | undefined> => {
      const before = await find(manager, accountId, disputeId);
      if (!before) return undefined;
      if (before.answer) return false;
      await manager.query(INSERT_ANSWER, [accountId, disputeId, comment, formatInstant(at), by, resolution]);
      return find(manager, accountId, disputeId);
    });
  }

  async list({ accountId, period, team, state, after, limit }: DisputePage): Promise<readonly Dispute[]> {
    const isOpen = state === undefined ? null : state === 'open';
    const values = [accountId, after ?? '0', period ?? null, team ?? null, isOpen, limit];
    return (await this.dataSource.query<DisputeRow[]>(SELECT_PAGE, values)).map(disputeFromRow);
  }

  async states(accountId: number, period: string): Promise<ReadonlyMap<string, ReviewState>> {
    const rows = await this.dataSource.query<Pick<ReviewRow, 'line_id' | 'action'>[]>(SELECT_STATES, [
      accountId,
      period,
    ]);
    return new Map(rows.map(({ line_id: id, action }) => [id, STATES[action]]));
  }

  async countOpen(accountId: number, upToPeriod: string): Promise<OpenDisputes> {
    const [row] = await this.dataSource.query<{ review_id: string; line_id: string; open: string }[]>(COUNT_OPEN, [
      accountId,
      upToPeriod,
    ]);
    if (!row) return { count: 0n, first: null };
    return { count: BigInt(row.open), first: { disputeId: row.review_id, lineId: row.line_id } };
  }

  private alone<T>(accountId: number, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return withTransaction(this.dataSource, async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1, $2)', [LOCK, accountId]);
      return work(manager);
    });
  }
}

async function insert(
  manager: EntityManager,
  accountId: number,
  action: 'dispute' | 'acknowledgement',
  { lineId, period, team, comment, at, by, shown }: LineReview & { readonly comment: string | null },
): Promise<string> {
  const { closeNumber, currency, effective, billed } = shown;
  const amounts = [effective === null ? null : formatPicos(effective), billed?.toString() ?? null];
  const said = [accountId, action, lineId, period, team, comment, formatInstant(at), by];
  const [row] = await manager.query<{ review_id: string }[]>(INSERT, [...said, closeNumber, currency, ...amounts]);
  if (!row) throw new Error('what was said was not added');
  return row.review_id;
}

async function lastOf(manager: EntityManager, accountId: number, { period, lineId }: LineReview) {
  const [row] = await manager.query<ReviewRow[]>(SELECT_LAST, [accountId, period, lineId]);
  return row;
}

async function find(manager: EntityManager, accountId: number, disputeId: string): Promise<Dispute | undefined> {
  const rows = await manager.query<DisputeRow[]>(`${SELECT_DISPUTES} and d.review_id = $2`, [accountId, disputeId]);
  return rows.map(disputeFromRow)[0];
}

/** Sent twice, or said again of what has not changed since. */
function isSame(a: Acknowledgement, b: Acknowledgement): boolean {
  const { shown, comment, by } = a;
  const isShown = shown.closeNumber === b.shown.closeNumber && shown.effective === b.shown.effective;
  return isShown && shown.billed === b.shown.billed && comment === b.comment && by === b.by;
}

function disputeFromRow(row: DisputeRow): Dispute {
  const { answer_comment: comment, answer_resolution: resolution, answered_at: at, answered_by: by } = row;
  const isAnswered = comment !== null && resolution !== null && at !== null && by !== null;
  return {
    ...reviewFromRow(row),
    disputeId: row.review_id,
    comment: row.comment ?? '',
    answer: isAnswered ? { comment, resolution, at: at.getTime(), by } : null,
  };
}

function acknowledgementFromRow(row: ReviewRow): Acknowledgement {
  return { ...reviewFromRow(row), comment: row.comment };
}

function reviewFromRow(row: ReviewRow): LineReview {
  const { line_id: lineId, billing_period: period, team, said_at: at, said_by: by } = row;
  return { lineId, period, team, at: at.getTime(), by, shown: shownFromRow(row) };
}

function shownFromRow({ close_number: closeNumber, currency, effective_cost: effective, billed_minor }: ReviewRow) {
  const shown: ShownAmount = {
    closeNumber,
    currency: currency ?? '',
    effective: effective === null ? null : (parsePicos(effective) ?? null),
    billed: billed_minor === null ? null : BigInt(billed_minor),
  };
  return shown;
}
