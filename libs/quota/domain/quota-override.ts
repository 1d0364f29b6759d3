import type { EpochMs } from '#calendar';
import type { QuotaMeasure } from './measure.js';
import type { LimitAdjustment } from './quota.js';
import type { QuotaWindowSpec } from './window.js';
import { windowAt } from './window-at.js';

/**
 * Why a limit is changed for some time. `override`: it is set higher or lower. `grant`: more is given. `transfer`: one team gives it to
 * another.
 */
export const QUOTA_OVERRIDE_KINDS = ['override', 'grant', 'transfer'] as const;
export type QuotaOverrideKind = (typeof QUOTA_OVERRIDE_KINDS)[number];

/** What was said of a change of a limit, in its latest version. */
export interface QuotaOverride extends LimitAdjustment {
  readonly overrideId: string;
  readonly version: number;
  /** The quota's name. */
  readonly quota: string;
  /** Of the amount. */
  readonly measure: QuotaMeasure;
  readonly kind: QuotaOverrideKind;
  /** Of a transfer its other side. */
  readonly partnerId: string | null;
  readonly withdrawn: boolean;
  readonly reason: string;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** For which windows a change is to hold: for so many, the first of them running, or those that begin before an instant. */
export interface OverrideSpan {
  /** Undefined: the window that is running is the first. Else those that begin then or later. */
  readonly from: EpochMs | undefined;
  readonly windows: number | undefined;
  readonly until: EpochMs | undefined;
}

export interface Interval {
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** Windows that one change may name by their number. */
export const OVERRIDE_WINDOWS_MAX = 400;

/** The interval in which those windows begin; undefined: none does. */
export function resolveSpan(spec: QuotaWindowSpec, span: OverrideSpan, now: EpochMs): Interval | undefined {
  const from = firstStart(spec, span.from, now);
  if (from === undefined) return undefined;
  const until = span.until ?? endOf(spec, from, span.windows ?? 1);
  return until !== undefined && until > from ? { from, until } : undefined;
}

function firstStart(spec: QuotaWindowSpec, from: EpochMs | undefined, now: EpochMs): EpochMs | undefined {
  if (from === undefined) {
    if (spec.kind === 'total') return now < spec.until ? spec.from : undefined;
    return windowAt(spec, now)?.limitStart;
  }
  // A total has one window; what is under way has a limit at every moment.
  if (spec.kind === 'total') return from <= spec.from ? spec.from : undefined;
  const window = windowAt(spec, from);
  if (window === undefined || window.limitStart === from) return from;
  return window.end;
}

function endOf(spec: QuotaWindowSpec, from: EpochMs, windows: number): EpochMs | undefined {
  switch (spec.kind) {
    case 'now':
      return undefined;
    case 'rolling':
      return from + windows * spec.lengthMs;
    case 'total':
      return windows === 1 ? spec.until : undefined;
    case 'calendar': {
      let end: EpochMs | undefined = from;
      for (let i = 0; i < windows && end !== undefined; i += 1) end = windowAt(spec, end)?.end;
      return end;
    }
  }
}
