import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import {
  definitionFaults,
  type Quota,
  type QuotaDefinition,
  QuotaIndex,
  QuotaReplay,
  type ReplayedWindow,
  windowAt,
} from '../domain/index.js';
import { spanOf, type UsageCounters } from './count-usage.js';
import { badDefinition, fieldFailure } from './quota-failures.js';
import type { UsageReplay } from './usage-replay.js';

export interface DryRunInput {
  readonly accountId: number;
  readonly definition: QuotaDefinition;
  readonly days: number;
}

export interface DryRun {
  /** What was replayed begins with the window that this many days ago was in. */
  readonly from: EpochMs;
  readonly events: number;
  readonly windows: number;
  readonly subjects: number;
  /** By subject and time: windows with requests beyond the limit. */
  readonly beyond: readonly ReplayedWindow[];
}

const DAY_MS = 86_400_000;

/** Replays real usage against a quota that is not there yet. */
export class DryRunQuota {
  constructor(
    private readonly usage: UsageReplay,
    private readonly counters: UsageCounters,
    private readonly clock: Clock,
  ) {}

  /** Fails with `quota.bad_definition`, `quota.not_replayable` for concurrent requests: events do not say how long they were under way. */
  async run({ accountId, definition, days }: DryRunInput): Promise<Outcome<DryRun>> {
    const faults = definitionFaults(definition);
    if (faults.length > 0) return fail(badDefinition(faults));
    if (definition.measure === 'concurrent_requests')
      return fail(fieldFailure('measure', 'not_replayable', 'must be one that usage events say'));
    const counted = { seriesId: '0', since: 0, inForceSince: 0, adjustments: [] };
    const quota: Quota = { ...definition, name: 'dry run', version: 1, ...counted };
    const from = firstStart(quota, this.clock.now() - days * DAY_MS);
    const [replay, index] = [new QuotaReplay(quota), new QuotaIndex([quota])];
    let events = 0;
    await this.usage.read(accountId, from, async (records) => {
      const counter = await this.counters.make(accountId, index, spanOf(records));
      for (const record of records) for (const counted of counter.countedBy(record)) replay.add(counted);
      events += records.length;
    });
    return succeed({ from, events, ...replay.extent, beyond: replay.beyond() });
  }
}

export const DRY_RUN_QUOTA = Symbol('DryRunQuota');

/** Windows are replayed whole: half of one would seem to be within its limit. */
function firstStart({ window }: Quota, at: EpochMs): EpochMs {
  if (window.kind === 'rolling') return at - window.lengthMs;
  return windowAt(window, at)?.start ?? at;
}
