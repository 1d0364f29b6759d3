import { CHARGE_PERIOD_MS, type EpochMicros, type EpochMs } from '#calendar';
import type { UsageEvent } from '#ingest/domain';
import { TOKEN_CLASSES } from '#token';

/** What events add to one bucket. */
export interface BucketSum {
  readonly chargePeriod: EpochMs;
  readonly dimensionId: number;
  readonly requests: number;
  /** In the order of `TOKEN_CLASSES`, then inference, prefill and decode microseconds. */
  readonly measures: readonly (number | bigint)[];
  readonly untimedRequests: number;
}

const CHARGE_PERIOD_MICROS = CHARGE_PERIOD_MS * 1000;
const INFERENCE = TOKEN_CLASSES.length;
const MEASURES = INFERENCE + 3;
/** Below it one more event keeps a sum exact as a number. */
const CARRY_AT = 2 ** 52;

/** Sums events per charge period and dimension, exactly, whatever their number. */
export class UsageSums {
  private readonly periods = new Map<number, Map<number, OpenBucket>>();

  add(event: UsageEvent, dimensionId: number): void {
    this.bucketOf(event.occurredAt, dimensionId).add(event);
  }

  /** Tokens of an event that is added under another dimension, which counts the request. */
  addPart(occurredAt: EpochMicros, dimensionId: number, tokens: readonly number[]): void {
    this.bucketOf(occurredAt, dimensionId).addTokens(tokens);
  }

  private bucketOf(occurredAt: EpochMicros, dimensionId: number): OpenBucket {
    const period = Math.floor(occurredAt / CHARGE_PERIOD_MICROS);
    let dimensions = this.periods.get(period);
    if (!dimensions) {
      dimensions = new Map<number, OpenBucket>();
      this.periods.set(period, dimensions);
    }
    let bucket = dimensions.get(dimensionId);
    if (!bucket) dimensions.set(dimensionId, (bucket = new OpenBucket()));
    return bucket;
  }

  /** By charge period, then dimension: the order in which every writer must take the rows. */
  sums(): BucketSum[] {
    const ascending = ([a]: readonly [number, unknown], [b]: readonly [number, unknown]) => a - b;
    return [...this.periods].sort(ascending).flatMap(([period, dimensions]) =>
      [...dimensions].sort(ascending).map(([dimensionId, bucket]) => ({
        chargePeriod: period * CHARGE_PERIOD_MS,
        dimensionId,
        requests: bucket.requests,
        measures: bucket.measures(),
        untimedRequests: bucket.untimed,
      })),
    );
  }
}

class OpenBucket {
  requests = 0;
  untimed = 0;
  private readonly sums = new Float64Array(MEASURES);
  /** What no longer fitted a number; most buckets have none. */
  private carried: BigInt64Array | undefined;

  add({ tokens, inferenceMicros, prefillMicros, decodeMicros }: UsageEvent): void {
    this.requests += 1;
    if (inferenceMicros === null) this.untimed += 1;
    this.addTokens(tokens);
    this.addMeasure(INFERENCE, inferenceMicros ?? 0);
    this.addMeasure(INFERENCE + 1, prefillMicros ?? 0);
    this.addMeasure(INFERENCE + 2, decodeMicros ?? 0);
  }

  addTokens(tokens: readonly number[]): void {
    for (let i = 0; i < INFERENCE; i += 1) this.addMeasure(i, tokens[i] ?? 0);
  }

  measures(): readonly (number | bigint)[] {
    const { carried } = this;
    return Array.from(this.sums, (sum, i) => (carried ? BigInt(sum) + (carried[i] ?? 0n) : sum));
  }

  private addMeasure(place: number, value: number): void {
    const sum = (this.sums[place] ?? 0) + value;
    if (sum < CARRY_AT) {
      this.sums[place] = sum;
      return;
    }
    this.carried ??= new BigInt64Array(MEASURES);
    this.carried[place] = (this.carried[place] ?? 0n) + BigInt(sum);
    this.sums[place] = 0;
  }
}
