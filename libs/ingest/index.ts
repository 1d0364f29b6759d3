export * from './domain/index.js';
export { BATCHES, type Batch, Batches } from './service/batches.js';
export { DRAIN_INBOX, DrainInbox } from './service/drain-inbox.js';
export {
  EVENT_SINK,
  type EventSink,
  type FlushSession,
  type ReceivedEvent,
  type WriteEvents,
} from './service/event-sink.js';
export { FlushInbox } from './service/flush-inbox.js';
export { FLUSH_STORE, type FlushStore } from './service/flush-store.js';
export { INBOX, type Inbox } from './service/inbox.js';
export { INGEST_METRICS, type IngestMetrics } from './service/ingest-metrics.js';
export {
  QUARANTINE_STATES,
  QUARANTINE_STORE,
  type QuarantinedEvent,
  type QuarantinedEventWithRaw,
  type QuarantineStore,
} from './service/quarantine.js';
export { RECEIVE_EVENTS, type Receipt, ReceiveEvents } from './service/receive-events.js';
export { RESOLVE_QUARANTINED, ResolveQuarantined } from './service/resolve-quarantined.js';
export { UnstorableError } from './service/unstorable-error.js';
