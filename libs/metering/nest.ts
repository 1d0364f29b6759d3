import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { TEAM_DIRECTORY, type TeamDirectory } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { EVENT_SINK } from '#ingest';
import { CLOCK, ENVIRONMENT, type Environment } from '#platform';
import { CONTEXT_BREAKPOINT_READER, type ContextBreakpointReader } from '#pricing';
import { PricingModule } from '#pricing/nest';
import { CopyUsageBlockReader } from './adapter/copy-usage-block-reader.js';
import { DimensionNumbers } from './adapter/dimension-numbers.js';
import { SourceNumbers } from './adapter/source-numbers.js';
import { SqlDimensionReader } from './adapter/sql-dimension-reader.js';
import { SqlEventSink } from './adapter/sql-event-sink.js';
import { SqlUnitUsageReader } from './adapter/sql-unit-usage-reader.js';
import { SqlUsageEventReader } from './adapter/sql-usage-event-reader.js';
import { SqlUsageReader } from './adapter/sql-usage-reader.js';
import { SqlUsageSnapshots } from './adapter/sql-usage-snapshots.js';
import { UsagePartitions } from './adapter/usage-partitions.js';
import { DIMENSION_READER } from './service/dimension-reader.js';
import { METERED_USAGE_READER } from './service/metered-usage-reader.js';
import { PREPARE_MONTHS, PrepareMonths } from './service/prepare-months.js';
import { UNIT_USAGE_READER } from './service/unit-usage-reader.js';
import { USAGE_BLOCK_READER } from './service/usage-block-reader.js';
import { USAGE_EVENT_READER } from './service/usage-event-reader.js';
import { USAGE_SNAPSHOTS } from './service/usage-snapshots.js';
import { USAGE_TAPS, UsageTaps } from './service/usage-taps.js';

@Module({
  imports: [DirectoryModule, PricingModule],
  providers: [
    { provide: UsagePartitions, useFactory: (db: DataSource) => new UsagePartitions(db), inject: [DataSource] },
    {
      provide: PREPARE_MONTHS,
      useFactory: (partitions: UsagePartitions, clock: Clock) => new PrepareMonths(partitions, clock),
      inject: [UsagePartitions, CLOCK],
    },
    { provide: DIMENSION_READER, useFactory: (db: DataSource) => new SqlDimensionReader(db), inject: [DataSource] },
    { provide: USAGE_TAPS, useFactory: () => new UsageTaps() },
    {
      provide: EVENT_SINK,
      useFactory: createEventSink,
      inject: [DataSource, TEAM_DIRECTORY, CONTEXT_BREAKPOINT_READER, UsagePartitions, USAGE_TAPS, ENVIRONMENT],
    },
    {
      provide: METERED_USAGE_READER,
      useFactory: (db: DataSource) => new SqlUsageReader(db, new SqlDimensionReader(db)),
      inject: [DataSource],
    },
    {
      provide: USAGE_BLOCK_READER,
      useFactory: (db: DataSource) => new CopyUsageBlockReader(db, new SqlDimensionReader(db)),
      inject: [DataSource],
    },
    {
      provide: UNIT_USAGE_READER,
      useFactory: (db: DataSource) => new SqlUnitUsageReader(db, new SqlDimensionReader(db)),
      inject: [DataSource],
    },
    {
      provide: USAGE_EVENT_READER,
      useFactory: (db: DataSource) => new SqlUsageEventReader(db, new SqlDimensionReader(db)),
      inject: [DataSource],
    },
    { provide: USAGE_SNAPSHOTS, useFactory: (db: DataSource) => new SqlUsageSnapshots(db), inject: [DataSource] },
  ],
  exports: [
    DIMENSION_READER,
    USAGE_TAPS,
    EVENT_SINK,
    METERED_USAGE_READER,
    PREPARE_MONTHS,
    UNIT_USAGE_READER,
    USAGE_BLOCK_READER,
    USAGE_EVENT_READER,
    USAGE_SNAPSHOTS,
  ],
})
export class MeteringModule {}

function createEventSink(
  db: DataSource,
  teams: TeamDirectory,
  breakpoints: ContextBreakpointReader,
  partitions: UsagePartitions,
  taps: UsageTaps,
  { unknownTeams, billableTags }: Environment,
): SqlEventSink {
  const settings = { registerTeams: unknownTeams === 'register', billableTags };
  const numbers = { dimensions: new DimensionNumbers(db), sources: new SourceNumbers(db) };
  return new SqlEventSink(teams, breakpoints, numbers, partitions, taps, settings);
}
