import type { Acknowledgement, Dispute, DisputeAnswer, ReviewState } from '../domain/index.js';

export interface DisputePage {
  readonly accountId: number;
  /** Of lines on this month's statements, of this team, in this state; undefined: any. */
  readonly period: string | undefined;
  readonly team: string | undefined;
  readonly state: 'open' | 'answered' | undefined;
  /** Those after a dispute. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Disputes that nobody has answered. */
export interface OpenDisputes {
  readonly count: bigint;
  /** The first of them; null where there is none. */
  readonly first: { readonly disputeId: string; readonly lineId: string } | null;
}

/** What close checks ask for. */
export interface OpenDisputeReader {
  /** Of lines on the statements of a month and of those before it. */
  countOpen(accountId: number, upToPeriod: string): Promise<OpenDisputes>;
}

/** What was said of lines. Nothing in it is ever changed or removed; for one account one thing is said at a time. */
export interface ReviewStore extends OpenDisputeReader {
  /** Undefined, with nothing added: a dispute of the line is open. */
  dispute(accountId: number, dispute: Omit<Dispute, 'disputeId' | 'answer'>): Promise<Dispute | undefined>;
  /** Undefined, with nothing added: a dispute of the line is open. The same said again by the same is answered as it was. */
  acknowledge(accountId: number, acknowledgement: Acknowledgement): Promise<Acknowledgement | undefined>;
  /** Undefined: there is no such dispute. False: it has an answer. */
  answer(accountId: number, disputeId: string, answer: DisputeAnswer): Promise<Dispute | false | undefined>;
  /** In the order in which they were opened. */
  list(page: DisputePage): Promise<readonly Dispute[]>;
  /** By the lines' names, how those of a month stand that anything was said of. */
  states(accountId: number, period: string): Promise<ReadonlyMap<string, ReviewState>>;
}

export const REVIEW_STORE = Symbol('ReviewStore');
