import type { Picos } from '#money';
import type { Accrual } from './accrual.js';
import { amortization } from './amortization.js';
import type { CapacityPurchase } from './capacity-purchase.js';
import { energy } from './energy.js';
import { hourlyAccrual } from './hourly.js';

/** What the purchase costs in all: what was paid at once, amortised, and what is paid as it runs. */
export function effectiveAccruals(purchase: CapacityPurchase): Accrual[] {
  const { upfront, residualValue, validFrom, validTo } = purchase;
  return [amortization(upfront, residualValue, validFrom, validTo), ...runningAccruals(purchase)];
}

/** What is paid as it runs: hourly fees and power. Beside the payment at its begin this is all that is invoiced. */
export function runningAccruals({ terms, instanceMicros, validTo }: CapacityPurchase): Accrual[] {
  return terms.flatMap(({ from, hourlyRate, power }, i) => {
    const to = terms[i + 1]?.from ?? validTo;
    const fee = hourlyAccrual(hourlyRate, instanceMicros, from, to);
    return power === null ? [fee] : [fee, energy(power, instanceMicros, from, to)];
  });
}

/** What the same instances cost in the same time at another rate, be it the public one. */
export function atHourlyRate({ instanceMicros, validFrom, validTo }: CapacityPurchase, hourlyRate: Picos): Accrual {
  return hourlyAccrual(hourlyRate, instanceMicros, validFrom, validTo);
}
