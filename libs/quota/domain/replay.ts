import type { EpochMs } from '#calendar';
import type { QuotaAmount } from './measure.js';
import { ceilingFor, limitFor, type Quota } from './quota.js';
import type { QuotaWindow } from './window.js';

/** One request that was made, as the quota would have been asked for it. */
export interface ReplayedRequest {
  readonly subject: string;
  readonly tier: string;
  readonly at: EpochMs;
  readonly window: QuotaWindow;
  readonly amount: QuotaAmount;
}

/** What would have become of one subject in one window. */
export interface ReplayedWindow {
  readonly subject: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly limit: QuotaAmount;
  /** Used in all, whatever the quota would have said. */
  readonly used: QuotaAmount;
  readonly requests: number;
  /** Requests beyond what the quota lets pass, and what they used. Those it refuses use nothing of it. */
  readonly beyondRequests: number;
  readonly beyondAmount: QuotaAmount;
  /** When the first of them was made; null: there was none. */
  readonly firstBeyondAt: EpochMs | null;
}

type Tally = { -readonly [Key in keyof ReplayedWindow]: ReplayedWindow[Key] };

/**
 * Says what a quota would have said to requests that were made, in the order in which they were. It knows each request's use when it
 * asks, as the estimate of one that is right would; what is refused does not count, as nothing would have been used.
 */
export class QuotaReplay {
  private readonly windows = new Map<string, Tally>();
  /** What counts: by subject, then by the start of a window or slice. */
  private readonly admitted = new Map<string, Map<EpochMs, QuotaAmount>>();

  constructor(private readonly quota: Quota) {}

  /** In ascending order of time. */
  add({ subject, tier, at, window, amount }: ReplayedRequest): void {
    const limit = limitFor(this.quota, subject, window.limitStart, 0n);
    const tally = this.tallyOf(subject, window, limit);
    tally.used += amount;
    tally.requests += 1;
    const counts = this.countsOf(subject);
    const before = window.counted.reduce((sum, start) => sum + (counts.get(start) ?? 0n), 0n);
    if (before + amount > ceilingFor(this.quota, limit, tier)) {
      tally.beyondRequests += 1;
      tally.beyondAmount += amount;
      tally.firstBeyondAt ??= at;
      if (this.quota.action === 'block') return;
    }
    counts.set(window.start, (counts.get(window.start) ?? 0n) + amount);
    // Slices that no window to come counts.
    const oldest = window.counted[0] ?? window.start;
    for (const start of counts.keys()) if (start < oldest) counts.delete(start);
  }

  /** By subject and time, those with requests beyond the limit only. */
  beyond(): ReplayedWindow[] {
    return [...this.windows.values()].filter(({ beyondRequests }) => beyondRequests > 0).sort(bySubjectAndTime);
  }

  /** How many windows of how many subjects had requests. */
  get extent() {
    return { windows: this.windows.size, subjects: this.admitted.size };
  }

  private tallyOf(subject: string, { start, end }: QuotaWindow, limit: QuotaAmount): Tally {
    const key = `${start} ${subject}`;
    let tally = this.windows.get(key);
    if (!tally) {
      const nothing = { used: 0n, requests: 0, beyondRequests: 0, beyondAmount: 0n, firstBeyondAt: null };
      tally = { subject, start, end, limit, ...nothing };
      this.windows.set(key, tally);
    }
    return tally;
  }

  private countsOf(subject: string): Map<EpochMs, QuotaAmount> {
    let counts = this.admitted.get(subject);
    if (!counts) {
      counts = new Map();
      this.admitted.set(subject, counts);
    }
    return counts;
  }
}

function bySubjectAndTime(a: ReplayedWindow, b: ReplayedWindow): number {
  if (a.subject !== b.subject) return a.subject < b.subject ? -1 : 1;
  return a.start - b.start;
}
