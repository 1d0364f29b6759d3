import { Counter, Histogram, type Registry } from 'prom-client';
import type { Clock } from '#calendar';
import type { Inbox } from '../service/inbox.js';
import type { FlushReport, IngestMetrics } from '../service/ingest-metrics.js';
import { observeInbox } from './inbox-gauges.js';

/** Ingest's counters, in Prometheus' terms. */
export class PrometheusIngestMetrics implements IngestMetrics {
  private readonly events: Counter<'outcome'>;
  private readonly wakeFailures: Counter;
  private readonly overloads: Counter;
  private readonly flushSeconds: Histogram;
  private readonly flushEvents: Histogram;

  constructor(registry: Registry, inbox: Inbox, clock: Clock) {
    const registers = [registry];
    this.events = new Counter({
      name: 'apportion_ingest_events_total',
      help: 'Events by what became of them: received and rejected at the door; accepted, duplicate, conflict, unprocessable in the worker.',
      labelNames: ['outcome'],
      registers,
    });
    this.wakeFailures = new Counter({
      name: 'apportion_ingest_wake_failures_total',
      help: 'Jobs that the queue did not take; the sweeper brings what they named.',
      registers,
    });
    this.overloads = new Counter({
      name: 'apportion_ingest_overloaded_total',
      help: 'Requests refused because the workers are behind.',
      registers,
    });
    this.flushSeconds = new Histogram({
      name: 'apportion_ingest_flush_seconds',
      help: 'Time from claim to commit of a flush.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.flushEvents = new Histogram({
      name: 'apportion_ingest_flush_events',
      help: 'Events of a flush.',
      buckets: [1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000],
      registers,
    });
    observeInbox(registry, inbox, clock);
  }

  received(events: number, rejected: number): void {
    this.events.inc({ outcome: 'received' }, events);
    if (rejected > 0) this.events.inc({ outcome: 'rejected' }, rejected);
  }

  flushed({ events, accepted, duplicates, conflicts, unprocessable }: FlushReport, seconds: number): void {
    this.events.inc({ outcome: 'accepted' }, accepted);
    if (duplicates > 0) this.events.inc({ outcome: 'duplicate' }, duplicates);
    if (conflicts > 0) this.events.inc({ outcome: 'conflict' }, conflicts);
    if (unprocessable > 0) this.events.inc({ outcome: 'unprocessable' }, unprocessable);
    this.flushSeconds.observe(seconds);
    this.flushEvents.observe(events);
  }

  wakeFailed(): void {
    this.wakeFailures.inc();
  }

  overloaded(): void {
    this.overloads.inc();
  }
}
