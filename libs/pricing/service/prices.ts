import type { Clock } from '#calendar';
import type { Caller } from '#directory';
import { type Failure, fail, type Outcome } from '#outcome';
import type { PricePage, PriceStore, RecordedPrice } from './price-store.js';

/** Reads the price book back, and takes out of it what should not be there. */
export class Prices {
  constructor(
    private readonly store: PriceStore,
    private readonly clock: Clock,
  ) {}

  list(page: PricePage): Promise<readonly RecordedPrice[]> {
    return this.store.list(page);
  }

  /**
   * Withdraws a contract price: from now on it counts for nothing, at any time, as if it had never been told. Answers the
   * version that says so. Fails with `pricing.price_not_found`, `pricing.not_a_contract_price`, `pricing.price_superseded`,
   * `pricing.price_withdrawn`.
   */
  async withdraw(
    { accountId, apiKeyId: recordedBy }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    priceVersionId: string,
  ): Promise<Outcome<RecordedPrice>> {
    const input = { accountId, priceVersionId, recordedAt: this.clock.now(), recordedBy };
    const withdrawn = await this.store.withdraw(input, refusalOf);
    if (withdrawn) return withdrawn;
    const detail = `There is no price version ${priceVersionId}.`;
    return fail({ kind: 'not_found', code: 'pricing.price_not_found', detail });
  }
}

export const PRICES = Symbol('Prices');

function refusalOf({ kind, state, priceVersionId }: RecordedPrice): Failure | undefined {
  if (kind !== 'contract')
    return conflict('not_a_contract_price', 'Public prices come with the product; a contract price beside them wins.');
  if (state === 'withdrawn')
    return conflict('price_withdrawn', `The price version ${priceVersionId} is withdrawn already.`);
  if (state === 'superseded')
    return conflict(
      'price_superseded',
      `The price version ${priceVersionId} has a later one; withdraw the current one.`,
    );
  return undefined;
}

function conflict(code: string, detail: string): Failure {
  return { kind: 'conflict', code: `pricing.${code}`, detail };
}
