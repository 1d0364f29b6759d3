/** What is told of decisions, for whoever watches. */
export interface QuotaMetrics {
  /** `uncounted`: admitted while the counts were out of reach. */
  decided(decision: 'admitted' | 'throttled' | 'refused', uncounted: boolean): void;
}
