import type { DataSource } from 'typeorm';
import type { EpochMs } from '#calendar';
import { readingAt } from '#platform';
import type { UsageRecord } from '../domain/index.js';
import type { UsageReplay } from '../service/usage-replay.js';
import { readEvents } from './read-events.js';

export class SqlUsageReplay implements UsageReplay {
  constructor(private readonly dataSource: DataSource) {}

  read(accountId: number, from: EpochMs, each: (records: readonly UsageRecord[]) => Promise<void>): Promise<void> {
    return readingAt(this.dataSource, undefined, async ({ manager }) => {
      for await (const records of readEvents(manager, { accountId, from, inOrder: true })) await each(records);
    });
  }
}
