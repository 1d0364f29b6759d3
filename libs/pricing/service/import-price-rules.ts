import { type Clock, type EpochMs, formatInstant, parseBillingPeriod } from '#calendar';
import type { AccountReader, Caller } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import { PRICE_RULES_MAX, type PriceRuleDraft, type PriceRuleStore } from './price-rule-store.js';
import type { StoredPrices } from './price-store.js';
import { readPriceRuleRow } from './read-price-rule-row.js';

/**
 * Takes a table of price rules, all of it or nothing. A rule is known by its kind, what usage it is for and its start; what is
 * said of a known one becomes its next version if it differs, so that importing a file twice changes nothing. Fails with
 * `pricing.import_refused`, which names every row and column at fault, or `pricing.too_many_rules`.
 */
export class ImportPriceRules {
  constructor(
    private readonly rules: PriceRuleStore,
    private readonly accounts: AccountReader,
    private readonly clock: Clock,
  ) {}

  async run(
    { accountId, apiKeyId: recordedBy }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    rows: readonly ImportRow[],
  ): Promise<Outcome<StoredPrices>> {
    const { currency, timeZone } = await this.accounts.load(accountId);
    const isMonthEdge = (at: EpochMs) => beginsMonth(at, timeZone);
    const failures = new RowFailures();
    const seen = new Map<string, ImportRow>();
    const rules = rows.flatMap((row): PriceRuleDraft[] => {
      const rule = readPriceRuleRow(row, { currency, isMonthEdge }, failures);
      if (!rule) return [];
      const first = seen.get(keyOf(rule));
      if (first) failures.add(row, null, 'pricing.repeated_rule', `${first.place} gives the same rule`);
      else seen.set(keyOf(rule), row);
      return [rule];
    });
    if (!failures.none) return fail(failures.toFailure('pricing.import_refused'));
    const stored = await this.rules.store({ accountId, rules, recordedAt: this.clock.now(), recordedBy });
    return stored ? succeed(stored) : tooMany();
  }
}

export const IMPORT_PRICE_RULES = Symbol('ImportPriceRules');

function keyOf(rule: PriceRuleDraft): string {
  const { kind, provider, model, serviceTier, team, costCenter, validFrom } = rule;
  return JSON.stringify([kind, provider, model, serviceTier, team, costCenter, validFrom]);
}

/** An instant is within a day of its UTC month's, whatever the zone. */
function beginsMonth(at: EpochMs, timeZone: string): boolean {
  const names = [at - DAY_MS, at + DAY_MS].map((near) => formatInstant(near).slice(0, 7));
  return names.some((name) => parseBillingPeriod(name, timeZone)?.start === at);
}

const DAY_MS = 86_400_000;

function tooMany<T>(): Outcome<T> {
  const detail = `An account has at most ${PRICE_RULES_MAX} price rules; withdraw those that are over.`;
  return fail({ kind: 'conflict', code: 'pricing.too_many_rules', detail });
}
