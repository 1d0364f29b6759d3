import type { EpochMs } from '#calendar';
import {
  type ApplicableQuota,
  type Claim,
  type CountName,
  ceilingFor,
  heldFor,
  isEnforced,
  limitFor,
  type Quota,
  type QuotaAmount,
  type QuotaAsk,
  type QuotaUsage,
  type QuotaWindow,
  windowAt,
} from '../domain/index.js';
import type { CountLedger, CountOrder } from './count-ledger.js';

export interface AskInput {
  readonly accountId: number;
  readonly at: EpochMs;
  readonly tier: string;
  readonly estimate: QuotaUsage;
}

interface CountedQuota extends ApplicableQuota {
  readonly window: QuotaWindow;
}

/** Works out what each quota is asked for a request, and makes the counts that it is asked of. */
export class BuildAsks {
  constructor(private readonly ledger: CountLedger) {}

  async run(applicable: readonly ApplicableQuota[], input: AskInput): Promise<readonly QuotaAsk[]> {
    const counted: CountedQuota[] = [];
    for (const { quota, subject } of applicable) {
      const window = windowAt(quota.window, input.at);
      if (window) counted.push({ quota, subject, window });
    }
    if (counted.length === 0) return [];
    const carried = await this.ledger.ensure(
      counted.map(({ quota, subject, window }) => this.orderOf(input.accountId, quota, subject, window)),
    );
    return counted.map(({ quota, subject, window }, i) => {
      const limit = limitFor(quota, subject, window.limitStart, carried[i] ?? 0n);
      const amount = heldFor(quota.measure, input.estimate);
      return { quota, subject, window, limit, ceiling: ceilingFor(quota, limit, input.tier), amount };
    });
  }

  /** The order that makes the count of a quota's window for a subject. */
  orderOf(accountId: number, quota: Quota, subject: string, window: QuotaWindow): CountOrder {
    const name = { accountId, seriesId: quota.seriesId, subject, start: window.start };
    const carry = () => this.carriedTo(name, quota, window);
    return { name, end: window.end, isSlice: window.counted.length > 1, carry };
  }

  /** What the window before left over. Of one in which nothing was counted that is the whole of it, if the series was there. */
  private async carriedTo(name: CountName, quota: Quota, window: QuotaWindow): Promise<QuotaAmount> {
    if (quota.rolloverCap === null) return 0n;
    const before = windowAt(quota.window, window.start - 1);
    if (!before) return 0n;
    const count = await this.ledger.read({ ...name, start: before.start });
    if (!count && quota.since > before.start) return 0n;
    const limit = limitFor(quota, name.subject, before.limitStart, count?.carried ?? 0n);
    const left = limit - (count?.total ?? 0n);
    if (left <= 0n) return 0n;
    return left < quota.rolloverCap ? left : quota.rolloverCap;
  }
}

/** The same for the store: what is added to which count, and what it must not pass. */
export function claimOf(accountId: number, { quota, subject, window, ceiling, amount }: QuotaAsk): Claim {
  return {
    count: { accountId, seriesId: quota.seriesId, subject, start: window.start },
    end: window.end,
    counted: window.counted,
    amount,
    ceiling: isEnforced(quota) ? ceiling : null,
  };
}
