import { Counter, type Registry } from 'prom-client';
import type { QuotaMetrics } from '../service/quota-metrics.js';

export class PrometheusQuotaMetrics implements QuotaMetrics {
  private readonly decisions: Counter<'decision' | 'uncounted'>;
  private readonly renewals: Counter;
  private readonly faults: Counter<'counts_in'>;

  constructor(registry: Registry) {
    this.decisions = new Counter({
      name: 'apportion_quota_decisions_total',
      help: 'Requests for a reservation by what was said; uncounted: while the counts were out of reach.',
      labelNames: ['decision', 'uncounted'],
      registers: [registry],
    });
    this.renewals = new Counter({
      name: 'apportion_quota_counts_renewed_total',
      help: 'How often the counts of an account in Redis were made anew from Postgres.',
      registers: [registry],
    });
    this.faults = new Counter({
      name: 'apportion_quota_verification_faults_total',
      help: 'Counts, and reservations in Redis, that the nightly verification found wrong and put right.',
      labelNames: ['counts_in'],
      registers: [registry],
    });
  }

  decided(decision: 'admitted' | 'throttled' | 'refused', uncounted: boolean): void {
    this.decisions.inc({ decision, uncounted: String(uncounted) });
  }

  renewed(): void {
    this.renewals.inc();
  }

  found(countsIn: 'postgres' | 'redis', faults: number): void {
    this.faults.inc({ counts_in: countsIn }, faults);
  }
}
