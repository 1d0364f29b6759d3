export * from './domain/index.js';
export { DIMENSION_READER, type DimensionReader } from './service/dimension-reader.js';
export {
  METERED_USAGE_READER,
  type MeteredUsageReader,
  type ReadUsageInput,
  type UsageOrigin,
} from './service/metered-usage-reader.js';
export { PREPARE_MONTHS, PrepareMonths } from './service/prepare-months.js';
export { UNIT_USAGE_READER, type UnitUsageReader } from './service/unit-usage-reader.js';
export {
  type ReadBlocksInput,
  USAGE_BLOCK_READER,
  type UsageBlockReader,
} from './service/usage-block-reader.js';
export {
  type BucketName,
  type EventPlace,
  type ReadEventsInput,
  USAGE_EVENT_READER,
  type UsageEventReader,
} from './service/usage-event-reader.js';
export { USAGE_SNAPSHOTS, type UsageSnapshots } from './service/usage-snapshots.js';
export { type TappedEvents, USAGE_TAPS, type UsageTap, UsageTaps } from './service/usage-taps.js';
