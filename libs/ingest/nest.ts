import { Logger, Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { CLOCK, ENVIRONMENT, type Environment, errorText, METRICS, QUEUE, type QueuePort, UUIDV7 } from '#platform';
import { PrometheusIngestMetrics } from './adapter/prometheus-ingest-metrics.js';
import { INGEST_QUEUE, QueueWaker } from './adapter/queue-waker.js';
import { SqlFlushStore } from './adapter/sql-flush-store.js';
import { SqlInbox } from './adapter/sql-inbox.js';
import { SqlQuarantine } from './adapter/sql-quarantine.js';
import { Backpressure } from './service/backpressure.js';
import { BatchWatch } from './service/batch-watch.js';
import { BATCHES, Batches } from './service/batches.js';
import { CommitGroup } from './service/commit-group.js';
import { FLUSH_STORE } from './service/flush-store.js';
import { INBOX, type Inbox } from './service/inbox.js';
import { INGEST_METRICS, type IngestMetrics } from './service/ingest-metrics.js';
import { QUARANTINE_STORE, type QuarantineStore } from './service/quarantine.js';
import { RECEIVE_EVENTS, ReceiveEvents, type ReceiveEventsSettings } from './service/receive-events.js';
import { RESOLVE_QUARANTINED, ResolveQuarantined } from './service/resolve-quarantined.js';
import { WakeWorker } from './service/wake-worker.js';

/** Events of requests that share an inbox row. */
const ROW_EVENTS_MAX = 2_000;
/** A worker that has been called looks by itself for longer than this, and a job costs more than a look. */
const WAKE_PAUSE_MS = 100;

@Module({
  providers: [
    { provide: INBOX, useFactory: (db: DataSource) => new SqlInbox(db), inject: [DataSource] },
    { provide: QUARANTINE_STORE, useFactory: (db: DataSource) => new SqlQuarantine(db), inject: [DataSource] },
    { provide: FLUSH_STORE, useFactory: (db: DataSource) => new SqlFlushStore(db), inject: [DataSource] },
    {
      provide: INGEST_METRICS,
      useFactory: (registry: Registry, inbox: Inbox, clock: Clock) =>
        new PrometheusIngestMetrics(registry, inbox, clock),
      inject: [METRICS, INBOX, CLOCK],
    },
    { provide: WakeWorker, useFactory: createWakeWorker, inject: [QUEUE, INGEST_METRICS] },
    {
      provide: BATCHES,
      useFactory: (inbox: Inbox) => new Batches(inbox, new BatchWatch(inbox)),
      inject: [INBOX],
    },
    {
      provide: RECEIVE_EVENTS,
      useFactory: createReceiveEvents,
      inject: [INBOX, WakeWorker, CLOCK, UUIDV7, ENVIRONMENT, INGEST_METRICS],
    },
    {
      provide: RESOLVE_QUARANTINED,
      useFactory: createResolveQuarantined,
      inject: [QUARANTINE_STORE, INBOX, CLOCK, UUIDV7, ENVIRONMENT, WakeWorker],
    },
  ],
  exports: [BATCHES, FLUSH_STORE, INBOX, INGEST_METRICS, QUARANTINE_STORE, RECEIVE_EVENTS, RESOLVE_QUARANTINED],
})
export class IngestModule {}

export { INGEST_QUEUE };

function createWakeWorker(queue: QueuePort, metrics: IngestMetrics): WakeWorker {
  const logger = new Logger('Ingest');
  return new WakeWorker(new QueueWaker(queue), WAKE_PAUSE_MS, (error) => {
    metrics.wakeFailed();
    logger.debug(`the worker was not told, the sweeper will find it: ${errorText(error)}`);
  });
}

function createReceiveEvents(
  inbox: Inbox,
  wake: WakeWorker,
  clock: Clock,
  newId: () => string,
  environment: Environment,
  metrics: IngestMetrics,
): ReceiveEvents {
  const { coalesceMs, inboxMaxAgeMs, inboxMaxWaitingEvents, maxInflightBytes } = environment;
  const group = new CommitGroup(inbox, newId, { coalesceMs, rowEventsMax: ROW_EVENTS_MAX }, (ids) =>
    wake.announce(ids),
  );
  const limits = { maxAgeMs: inboxMaxAgeMs, maxWaitingEvents: inboxMaxWaitingEvents, maxInflightBytes };
  return new ReceiveEvents(
    group,
    new Backpressure(inbox, clock, limits),
    clock,
    newId,
    settingsOf(environment),
    metrics,
  );
}

function createResolveQuarantined(
  store: QuarantineStore,
  inbox: Inbox,
  clock: Clock,
  newId: () => string,
  environment: Environment,
  wake: WakeWorker,
): ResolveQuarantined {
  return new ResolveQuarantined(store, inbox, clock, newId, settingsOf(environment), (ids) => wake.announce(ids));
}

function settingsOf(environment: Environment): ReceiveEventsSettings {
  const { earliestEventMs, maxFutureMs, maxBatchEvents, maxJsonDepth, maxInflatedBytes } = environment;
  return { earliestEventMs, maxFutureMs, maxBatchEvents, maxJsonDepth, maxInflatedBytes };
}
