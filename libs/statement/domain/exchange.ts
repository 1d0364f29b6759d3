import { dayIn } from '#calendar';
import type { Exchange } from '#rating/domain';
import type { BillInputs } from './bill-inputs.js';

/** How a bill converts prices in another currency: at the rate of the charge period's day in the account's zone. */
export function exchangeOf({ account, period, fxRates }: BillInputs): Exchange {
  return { currency: account.currency, fxRates, dayOf: (at) => dayIn(at, period.timeZone) };
}
