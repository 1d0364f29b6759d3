import { meterKey, roundFactored, splitVolume } from '#rating/domain';
import { addAmounts } from './add-amounts.js';
import type { BillSums } from './bill-sums.js';
import type { HeldCharge } from './held-charges.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';

/** A line whose amounts of money are sums times factors, not yet rounded. */
interface Factored {
  readonly fields: LineFields;
  readonly amounts: LineAmounts;
}

/**
 * Puts on lines what was held of rated usage. Prices that follow the volume price the whole quantity of the billing period at
 * once, and each line pays for its part of the quantity, so that no team bears the dear first tokens for the others. Then
 * multipliers, discounts and markups: exact over all parts of a line, and rounded once.
 */
export function settleRated(sums: BillSums): void {
  const lines = new Map<string, Factored>();
  for (const held of priced(sums.heldCharges.list())) {
    const { terms, fields, amounts } = held;
    const [list, effective] = [times(amounts.list, terms.list), times(amounts.effective, terms.effective)];
    const factored = { ...amounts, list, effective };
    const key = lineKey(fields);
    const before = lines.get(key);
    lines.set(key, { fields, amounts: before ? addAmounts(before.amounts, factored) : factored });
  }
  for (const { fields, amounts } of lines.values())
    sums.addLine(fields, { ...amounts, list: rounded(amounts.list), effective: rounded(amounts.effective) });
}

/** The same charges with the base cost that their volume gives them. */
function priced(held: readonly HeldCharge[]): HeldCharge[] {
  const byMeter = new Map<string, HeldCharge[]>();
  for (const charge of held) {
    const { meter } = charge.terms;
    const key = meter ? meterKey(meter) : '';
    const counted = byMeter.get(key);
    if (counted) counted.push(charge);
    else byMeter.set(key, [charge]);
  }
  return [...byMeter.values()].flatMap((charges) => {
    const meter = charges[0]?.terms.meter;
    if (!meter) return charges;
    const parts = charges.map(({ key, amounts: { quantity } }) => ({ key, quantity }));
    const costs = splitVolume(parts, meter.price);
    return charges.map((charge, i) => ({ ...charge, amounts: withCost(charge.amounts, costs[i] ?? 0n) }));
  });
}

/** What no rate of exchange converts counts towards the volume; what it costs stays unknown. */
function withCost(amounts: LineAmounts, cost: bigint): LineAmounts {
  return amounts.effective === null ? amounts : { ...amounts, effective: cost };
}

function times(amount: bigint | null, factor: bigint): bigint | null {
  return amount === null ? null : amount * factor;
}

function rounded(sum: bigint | null): bigint | null {
  return sum === null ? null : roundFactored(sum);
}
