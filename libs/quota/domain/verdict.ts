import type { QuotaAmount } from './measure.js';
import type { Quota } from './quota.js';
import type { QuotaWindow } from './window.js';

/** What one quota is about to be asked: whom for, until when, and how much. */
export interface QuotaAsk {
  readonly quota: Quota;
  readonly subject: string;
  readonly window: QuotaWindow;
  /** For this subject and window: overrides and what was carried over included. */
  readonly limit: QuotaAmount;
  /** How far requests of this tier may fill the limit. */
  readonly ceiling: QuotaAmount;
  readonly amount: QuotaAmount;
}

/** What a quota says to a request. */
export interface QuotaVerdict extends QuotaAsk {
  /** Counted before the request. */
  readonly before: QuotaAmount;
  /** What is left of the limit, of a request that is admitted after it. Never below 0. */
  readonly remaining: QuotaAmount;
  /** Whether it passes what its tier may use. */
  readonly exceeded: boolean;
  /** Whether this quota refuses it. */
  readonly refused: boolean;
}

/** Whether a quota with this action lets nothing beyond its ceiling. */
export function isEnforced({ action }: Quota): boolean {
  return action === 'block';
}

/** `admitted`: whether the request was, so that its amount counts. Field by field: a copy of the ask costs ten times as much. */
export function verdictOf(ask: QuotaAsk, before: QuotaAmount, admitted: boolean): QuotaVerdict {
  const { quota, subject, window, limit, ceiling, amount } = ask;
  const exceeded = before + amount > ceiling;
  const left = limit - before - (admitted ? amount : 0n);
  return {
    quota,
    subject,
    window,
    limit,
    ceiling,
    amount,
    before,
    remaining: left > 0n ? left : 0n,
    exceeded,
    refused: exceeded && isEnforced(quota),
  };
}

const SECOND_MS = 1000;

/**
 * Whole seconds after which what refused a request may let it through, at least 1: the end of the latest window. Of what is
 * under way nobody knows when it ends.
 */
export function retryAfterSeconds(refused: readonly Pick<QuotaAsk, 'quota' | 'window'>[], at: number): number {
  const waits = refused.map(({ quota, window }) =>
    quota.window.kind === 'now' ? 1 : Math.ceil((window.end - at) / SECOND_MS),
  );
  return Math.max(1, ...waits);
}
