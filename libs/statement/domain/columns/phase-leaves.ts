import type { LeafMeasure } from '#allocation/domain';
import { TOKEN_MEASURES, USAGE_MEASURES, type UsageBlock } from '#metering/domain';
import { SAFE_SPLIT_LIMIT } from '#money';
import { type ChargeUnit, REQUEST_CARRIER } from '#rating/domain';

const STRIDE = USAGE_MEASURES.count;
/** Cells of a group: one for each token class and one for charges without a class. */
export const CELLS_PER_GROUP = TOKEN_MEASURES.length + 1;
export const CLASSLESS_CELL = TOKEN_MEASURES.length;
const CARRIER_CELL = TOKEN_MEASURES.findIndex(([tokenClass]) => tokenClass === REQUEST_CARRIER);

/** A measure that takes part in a phase, where it lies in a row, and the weight of one unit of it. */
interface Column {
  readonly at: number;
  readonly cell: number;
  readonly weight: number;
}

/** The leaves of one phase in one charge period: weights side by side, and the row and cell of each. */
export class PhaseLeaves {
  readonly unit: ChargeUnit;
  readonly columns: readonly Column[];
  weights = new Float64Array(64);
  rows = new Int32Array(64);
  cells = new Int32Array(64);
  count = 0;
  sum = 0;

  constructor(measure: LeafMeasure) {
    this.unit = measure.unit;
    this.columns = columnsOf(measure);
  }

  /** Takes the leaves of rows; false when their weights do not fit an exact split in doubles. */
  fill({ measures }: UsageBlock, rows: readonly number[], groups: Int32Array): boolean {
    this.reserve(rows.length * this.columns.length);
    let count = 0;
    let sum = 0;
    rows.forEach((row, i) => {
      const group = groups[i] ?? 0;
      const hasRequests = (measures[row * STRIDE + USAGE_MEASURES.requests] ?? 0) > 0;
      for (const { at, cell, weight } of this.columns) {
        const quantity = measures[row * STRIDE + at] ?? 0;
        if (quantity === 0 && cell < CLASSLESS_CELL && !(cell === CARRIER_CELL && hasRequests)) continue;
        const leafWeight = quantity * weight;
        this.weights[count] = leafWeight;
        this.rows[count] = row;
        this.cells[count] = group * CELLS_PER_GROUP + cell;
        count += 1;
        sum += leafWeight;
      }
    });
    this.count = count;
    this.sum = sum;
    // A product or sum that was rounded on the way is above the limit too, for rounding never crosses it downwards.
    return sum <= SAFE_SPLIT_LIMIT;
  }

  private reserve(count: number): void {
    if (count <= this.weights.length) return;
    this.weights = new Float64Array(count * 2);
    this.rows = new Int32Array(count * 2);
    this.cells = new Int32Array(count * 2);
  }
}

function columnsOf(measure: LeafMeasure): Column[] {
  if (measure.unit !== 'tokens') {
    const at = measure.unit === 'requests' ? USAGE_MEASURES.requests : USAGE_MEASURES.inferenceMicros;
    return [{ at, cell: CLASSLESS_CELL, weight: 1 }];
  }
  const { classes, weights } = measure;
  // Shares follow the proportions of weights alone, and smaller numbers stay exact for longer.
  const divisor = classes.reduce((all, tokenClass) => gcd(all, weights[tokenClass] ?? 0n), 0n) || 1n;
  return TOKEN_MEASURES.flatMap(([tokenClass, at], cell) => {
    if (!classes.includes(tokenClass)) return [];
    const weight = (weights[tokenClass] ?? 0n) / divisor;
    return [{ at, cell, weight: weight <= BigInt(SAFE_SPLIT_LIMIT) ? Number(weight) : Number.POSITIVE_INFINITY }];
  });
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
