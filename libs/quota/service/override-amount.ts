import { fail, type Outcome, succeed } from '#outcome';
import { amountShape, parseQuotaAmount, type QuotaAmount, type QuotaMeasure } from '../domain/index.js';
import { fieldFailure } from './quota-failures.js';

/** An amount that a limit is changed by. Fails with `quota.bad_amount`. */
export function amountOf(measure: QuotaMeasure, text: string): Outcome<QuotaAmount> {
  const amount = parseQuotaAmount(measure, text);
  return amount === undefined
    ? fail(fieldFailure('amount', 'bad_amount', `must be ${amountShape(measure)}`))
    : succeed(amount);
}
