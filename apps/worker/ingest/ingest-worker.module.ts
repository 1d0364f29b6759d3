import { Module } from '@nestjs/common';
import {
  DRAIN_INBOX,
  DrainInbox,
  EVENT_SINK,
  type EventSink,
  FLUSH_STORE,
  FlushInbox,
  type FlushStore,
  INGEST_METRICS,
  type IngestMetrics,
} from '#ingest';
import { IngestModule } from '#ingest/nest';
import { MeteringModule } from '#metering/nest';
import { ENVIRONMENT, type Environment, UUIDV7 } from '#platform';
import { FlushProcessor } from './flush.processor.js';
import { Sweeper } from './sweeper.js';

@Module({
  imports: [IngestModule, MeteringModule],
  providers: [
    {
      provide: DRAIN_INBOX,
      useFactory: createDrain,
      inject: [FLUSH_STORE, EVENT_SINK, UUIDV7, ENVIRONMENT, INGEST_METRICS],
    },
    FlushProcessor,
    Sweeper,
  ],
})
export class IngestWorkerModule {}

/** Small flushes share their cost: under a trickle of single events there are forty a second at most, under a crowd fewer. */
const PAUSE_MS = 20;
/** Events wait no longer than this for company, and a lane called meanwhile need not be. */
const PAUSE_MAX_MS = 100;
/** Longer than the api waits between two calls. */
const LINGER_MS = 250;

function createDrain(
  store: FlushStore,
  sink: EventSink,
  newId: () => string,
  { workerConcurrency, flushMaxEvents, databasePoolSize }: Environment,
  metrics: IngestMetrics,
): DrainInbox {
  // A flush holds one connection and asks for another beside it. So do two drafts, and usage on its way into
  // the counts of quotas; a verification holds three, one of quotas two. One more than all of them hold must be left in the pool,
  // or they could wait for each other.
  const lanes = Math.min(workerConcurrency, databasePoolSize - 10);
  const flush = new FlushInbox(store, sink, newId, flushMaxEvents, metrics);
  return new DrainInbox(flush, {
    lanes,
    fullEvents: flushMaxEvents / 2,
    pauseMs: PAUSE_MS,
    pauseMaxMs: PAUSE_MAX_MS,
    lingerMs: LINGER_MS,
  });
}
