import { Counter, type Registry } from 'prom-client';
import type { QuotaMetrics } from '../service/quota-metrics.js';

export class PrometheusQuotaMetrics implements QuotaMetrics {
  private readonly decisions: Counter<'decision' | 'uncounted'>;

  constructor(registry: Registry) {
    this.decisions = new Counter({
      name: 'apportion_quota_decisions_total',
      help: 'Requests for a reservation by what was said; uncounted: while the counts were out of reach.',
      labelNames: ['decision', 'uncounted'],
      registers: [registry],
    });
  }

  decided(decision: 'admitted' | 'throttled' | 'refused', uncounted: boolean): void {
    this.decisions.inc({ decision, uncounted: String(uncounted) });
  }
}
