import type { Clock, EpochMs } from '#calendar';
import type { Quota } from '../domain/index.js';
import type { AlertDesk } from './alert-desk.js';
import { alertNotification, type Finding } from './alert-notification.js';
import type { QuotaCatalogs } from './quota-catalogs.js';
import { watchHeld } from './watch-held.js';
import { watchRolling } from './watch-rolling.js';
import { watchWindows } from './watch-windows.js';

/** Keys of what was told; those forgotten are told again to the outbox, which knows them. */
const TOLD_MAX = 100_000;

/** Finds what there is to tell of quotas, by what their windows are. */
type Watch = (
  desk: AlertDesk,
  accountId: number,
  quotas: readonly Quota[],
  now: EpochMs,
) => AsyncIterable<readonly Finding[]>;

const WATCHES: readonly Watch[] = [watchWindows, watchRolling, watchHeld];

/**
 * Tells what quotas are about to be used up. It keeps nothing: what there is to tell follows from the counts, and the outbox takes
 * each thing once. So nothing is lost and nothing is told twice, whoever dies when.
 */
export class RaiseAlerts {
  private readonly told = new Set<string>();

  constructor(
    private readonly catalogs: QuotaCatalogs,
    private readonly desk: AlertDesk,
    private readonly clock: Clock,
  ) {}

  async run(accountId: number): Promise<void> {
    const { index } = await this.catalogs.of(accountId);
    const now = this.clock.now();
    for (const watch of WATCHES) {
      for await (const found of watch(this.desk, accountId, index.quotas, now)) await this.tell(accountId, found, now);
    }
  }

  private async tell(accountId: number, found: readonly Finding[], now: EpochMs): Promise<void> {
    const untold = found.filter(({ key }) => !this.told.has(key));
    if (untold.length === 0) return;
    await this.desk.tell(untold.map((finding) => alertNotification(accountId, finding, now)));
    if (this.told.size + untold.length > TOLD_MAX) this.told.clear();
    for (const { key } of untold) this.told.add(key);
  }
}
