import { type ChargeTerms, termsKey } from '#rating/domain';
import { addAmounts } from './add-amounts.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';

/** A part of a line whose charges share their terms: amounts at base prices, before anybody knows what is owed. */
export interface HeldCharge {
  readonly key: string;
  readonly terms: ChargeTerms;
  readonly fields: LineFields;
  readonly amounts: LineAmounts;
}

/** Sums charges of which only the whole billing period can tell what is owed: one sum for each line and terms. */
export class HeldCharges {
  private readonly sums = new Map<string, HeldCharge>();

  add(terms: ChargeTerms, fields: LineFields, amounts: LineAmounts): void {
    const key = `${lineKey(fields)} ${termsKey(terms)}`;
    const before = this.sums.get(key);
    this.sums.set(key, { key, terms, fields, amounts: before ? addAmounts(before.amounts, amounts) : amounts });
  }

  list(): HeldCharge[] {
    return [...this.sums.values()];
  }
}
