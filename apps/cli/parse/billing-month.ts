import { InvalidArgumentError } from 'commander';
import { parseBillingPeriod } from '#calendar';

/** A parser of `--period`: which month, in the account's zone; the zone is the server's to know. */
export function billingMonth(text: string): string {
  if (parseBillingPeriod(text, 'UTC')) return text;
  throw new InvalidArgumentError('It must be a month such as 2023-11.');
}
