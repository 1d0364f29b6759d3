import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { formatPicos, parsePicos } from '#money';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import type { PriceRule } from '../domain/index.js';
import {
  PRICE_RULES_MAX,
  type PriceRuleDraft,
  type PriceRulePage,
  type PriceRuleReader,
  type PriceRuleStore,
  type RecordedPriceRule,
  type StorePriceRulesInput,
  type WithdrawPriceRuleInput,
} from '../service/price-rule-store.js';
import type { StoredPrices } from '../service/price-store.js';

const KEY = 'kind, provider, model, service_tier, team, cost_center, valid_from';

const INSERT_RULES = `
  insert into price_rule (account_id, ${KEY}, version, valid_to, value, currency, recorded_at, recorded_by)
  select $1, d.kind, d.provider, d.model, d.service_tier, d.team, d.cost_center, d.valid_from, coalesce(v.version, 0) + 1,
    d.valid_to, d.value, d.currency, $3, $4
  from jsonb_to_recordset($2::jsonb) as d (kind text, provider text, model text, service_tier text, team text,
    cost_center text, valid_from timestamptz, valid_to timestamptz, value numeric, currency text)
  left join lateral (
    select r.* from price_rule r
    where r.account_id = $1 and (r.kind, r.provider, r.model, r.service_tier, r.team, r.cost_center, r.valid_from)
      = (d.kind, d.provider, d.model, d.service_tier, d.team, d.cost_center, d.valid_from)
    order by r.version desc limit 1
  ) v on true
  where v.version is null or v.withdrawn
    or (v.valid_to, v.value, v.currency) is distinct from (d.valid_to, d.value, d.currency)
  returning version`;

const COUNT_RULES = `
  select count(*)::int as rules from (
    select distinct on (${KEY}) withdrawn from price_rule where account_id = $1 order by ${KEY}, version desc
  ) current where not withdrawn`;

const COLUMNS = `
  price_rule_id, ${KEY}, version, valid_to, value::text as value, currency`;

const RECORDED = `
  select ${COLUMNS}, recorded_at, recorded_by,
    case when version < max(version) over (partition by ${KEY}) then 'superseded'
      when withdrawn then 'withdrawn' else 'current' end as state
  from price_rule where account_id = $1`;

const SELECT_PAGE = `
  select * from (${RECORDED}) versions
  where price_rule_id > $2 and ($3::text is null or kind = $3)
    and ($4::timestamptz is null or (state = 'current' and valid_from <= $4 and (valid_to is null or valid_to > $4)))
  order by price_rule_id limit $5`;

const SELECT_HOLDING = `
  select * from (
    select distinct on (${KEY}) ${COLUMNS}, withdrawn from price_rule where account_id = $1 order by ${KEY}, version desc
  ) current
  where not withdrawn and valid_from < $3 and (valid_to is null or valid_to > $2) order by price_rule_id`;

const WITHDRAW = `
  insert into price_rule (account_id, ${KEY}, version, valid_to, withdrawn, value, currency, recorded_at, recorded_by)
  select account_id, ${KEY}, version + 1, valid_to, true, value, currency, $3, $4
  from price_rule where account_id = $1 and price_rule_id = $2
  returning price_rule_id`;

interface RuleRow {
  readonly price_rule_id: string;
  readonly kind: PriceRule['kind'];
  readonly provider: string;
  readonly model: string;
  readonly service_tier: string;
  readonly team: string;
  readonly cost_center: string;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly version: number;
  readonly value: string;
  readonly currency: string | null;
}

interface RecordedRow extends RuleRow {
  readonly state: RecordedPriceRule['state'];
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export class SqlPriceRuleStore implements PriceRuleStore, PriceRuleReader {
  constructor(private readonly dataSource: DataSource) {}

  async load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly PriceRule[]> {
    const parameters = [accountId, formatInstant(start), formatInstant(end)];
    return (await this.dataSource.query<RuleRow[]>(SELECT_HOLDING, parameters)).map(ruleFromRow);
  }

  async store(input: StorePriceRulesInput): Promise<StoredPrices | undefined> {
    try {
      return await this.storeAll(input);
    } catch (error) {
      if (error instanceof TooManyRules) return undefined;
      throw error;
    }
  }

  private storeAll({ accountId, rules, recordedAt, recordedBy }: StorePriceRulesInput): Promise<StoredPrices> {
    return this.dataSource.transaction(async (manager) => {
      await lockRules(manager, accountId);
      const parameters = [accountId, draftsToRow(rules), formatInstant(recordedAt), recordedBy];
      const stored = await manager.query<{ version: number }[]>(INSERT_RULES, parameters);
      const [current] = await manager.query<{ rules: number }[]>(COUNT_RULES, [accountId]);
      if ((current?.rules ?? 0) > PRICE_RULES_MAX) throw new TooManyRules();
      const created = stored.filter(({ version }) => version === 1).length;
      return { created, corrected: stored.length - created, unchanged: rules.length - stored.length };
    });
  }

  withdraw(
    { accountId, priceRuleId, recordedAt, recordedBy }: WithdrawPriceRuleInput,
    refusal: (rule: RecordedPriceRule) => Failure | undefined,
  ): Promise<Outcome<RecordedPriceRule> | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await lockRules(manager, accountId);
      const rule = await findVersion(manager, accountId, priceRuleId);
      if (!rule) return undefined;
      const refused = refusal(rule);
      if (refused) return fail(refused);
      const parameters = [accountId, priceRuleId, formatInstant(recordedAt), recordedBy];
      const [added] = await manager.query<{ price_rule_id: string }[]>(WITHDRAW, parameters);
      const withdrawn = added && (await findVersion(manager, accountId, added.price_rule_id));
      return withdrawn && succeed(withdrawn);
    });
  }

  async list({ accountId, kind, at, after, limit }: PriceRulePage): Promise<readonly RecordedPriceRule[]> {
    const instant = at === undefined ? null : formatInstant(at);
    const parameters = [accountId, after ?? '0', kind ?? null, instant, limit];
    return (await this.dataSource.query<RecordedRow[]>(SELECT_PAGE, parameters)).map(recordedFromRow);
  }
}

/** Rolls the transaction back. */
class TooManyRules extends Error {}

async function findVersion(manager: EntityManager, accountId: number, priceRuleId: string) {
  const sql = `select * from (${RECORDED}) versions where price_rule_id = $2`;
  const [row] = await manager.query<RecordedRow[]>(sql, [accountId, priceRuleId]);
  return row && recordedFromRow(row);
}

/** One change of the account's rules at a time, or two could give one rule the same version. */
async function lockRules(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtext('price_rule'), $1)`, [accountId]);
}

function draftsToRow(rules: readonly PriceRuleDraft[]): string {
  return JSON.stringify(
    rules.map(({ serviceTier, costCenter, validFrom, validTo, value, ...rule }) => ({
      ...rule,
      service_tier: serviceTier,
      cost_center: costCenter,
      valid_from: formatInstant(validFrom),
      valid_to: validTo === null ? null : formatInstant(validTo),
      value: formatPicos(value),
    })),
  );
}

function ruleFromRow(row: RuleRow): PriceRule {
  const value = parsePicos(row.value);
  if (value === undefined) throw new RangeError(`${row.value} is no value of a rule`);
  return {
    priceRuleId: row.price_rule_id,
    kind: row.kind,
    provider: row.provider,
    model: row.model,
    serviceTier: row.service_tier,
    team: row.team,
    costCenter: row.cost_center,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to?.getTime() ?? null,
    version: row.version,
    value,
    currency: row.currency,
  };
}

function recordedFromRow(row: RecordedRow): RecordedPriceRule {
  const { state, recorded_at: recordedAt, recorded_by: recordedBy } = row;
  return { ...ruleFromRow(row), state, recordedAt: recordedAt.getTime(), recordedBy };
}
