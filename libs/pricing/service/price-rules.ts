import type { Clock } from '#calendar';
import type { Caller } from '#directory';
import { type Failure, fail, type Outcome } from '#outcome';
import type { PriceRulePage, PriceRuleStore, RecordedPriceRule } from './price-rule-store.js';

/** Reads price rules back, and takes out what should not be there. */
export class PriceRules {
  constructor(
    private readonly store: PriceRuleStore,
    private readonly clock: Clock,
  ) {}

  list(page: PriceRulePage): Promise<readonly RecordedPriceRule[]> {
    return this.store.list(page);
  }

  /**
   * Withdraws a rule: from now on it counts for nothing, at any time, as if it had never been told. Answers the version that
   * says so. Fails with `pricing.rule_not_found`, `pricing.rule_superseded`, `pricing.rule_withdrawn`.
   */
  async withdraw(
    { accountId, apiKeyId: recordedBy }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    priceRuleId: string,
  ): Promise<Outcome<RecordedPriceRule>> {
    const input = { accountId, priceRuleId, recordedAt: this.clock.now(), recordedBy };
    const withdrawn = await this.store.withdraw(input, refusalOf);
    if (withdrawn) return withdrawn;
    return fail({
      kind: 'not_found',
      code: 'pricing.rule_not_found',
      detail: `There is no price rule ${priceRuleId}.`,
    });
  }
}

export const PRICE_RULES = Symbol('PriceRules');

function refusalOf({ state, priceRuleId }: RecordedPriceRule): Failure | undefined {
  if (state === 'withdrawn')
    return {
      kind: 'conflict',
      code: 'pricing.rule_withdrawn',
      detail: `The price rule ${priceRuleId} is withdrawn already.`,
    };
  if (state === 'superseded')
    return {
      kind: 'conflict',
      code: 'pricing.rule_superseded',
      detail: `The price rule ${priceRuleId} has a later version; withdraw the current one.`,
    };
  return undefined;
}
