import type { EpochMs } from '#calendar';
import type { Charge } from '#rating/domain';
import type { BillTrace } from '../bill-trace.js';
import { type LineFields, lineKey } from '../line.js';
import { lineOfCharge } from '../line-of-charge.js';

/** A bucket of metered usage, by its name, of which a line was charged something. */
export interface ChargedBucket {
  readonly chargePeriod: EpochMs;
  readonly dimensionKey: string;
}

/** Picks from a bill which buckets one line is charged for. It keeps them until they are taken. */
export class LineUsage implements BillTrace {
  private readonly key: string;
  private buckets: ChargedBucket[] = [];

  constructor(
    line: LineFields,
    private readonly platformTeam: string,
  ) {
    this.key = lineKey(line);
  }

  charge(charge: Charge, costCenter: string | null): void {
    const { dimension, dimensionKey, chargePeriod, quantity, requests } = charge;
    if (dimension === null || (quantity === 0n && requests === 0n)) return;
    if (lineKey(lineOfCharge(charge, costCenter, this.platformTeam)) === this.key)
      this.buckets.push({ chargePeriod, dimensionKey });
  }

  pool(): void {
    // All that is of interest was seen charge by charge.
  }

  rated(): void {
    // Likewise.
  }

  /** Those since it was asked last. */
  take(): readonly ChargedBucket[] {
    const { buckets } = this;
    this.buckets = [];
    return buckets;
  }
}
