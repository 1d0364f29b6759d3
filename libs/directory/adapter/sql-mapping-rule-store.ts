import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import type { MappingMatch, MappingRule } from '../domain/index.js';
import type { MappingRuleReader } from '../service/mapping-rule-reader.js';
import {
  MAPPING_RULES_MAX,
  type MappingRuleDraft,
  type MappingRulePage,
  type MappingRuleStore,
  type RecordedMappingRule,
  type RuleAuthor,
  type StoredRules,
} from '../service/mapping-rule-store.js';

const KEY = 'r.match, r.tag_key, r.pattern, r.valid_from';

const RECORDED = `
  select r.*, case when r.version < max(r.version) over (partition by ${KEY}) then 'superseded'
    when r.withdrawn then 'withdrawn' else 'current' end as state
  from mapping_rule r where r.account_id = $1`;

const SELECT_CURRENT = `select * from (${RECORDED}) versions where state = 'current' order by mapping_rule_id`;
const COUNT_CURRENT = `select count(*)::int as rules from (${RECORDED}) versions where state = 'current'`;
const SELECT_PAGE = `select * from (${RECORDED}) versions where mapping_rule_id > $2 order by mapping_rule_id limit $3`;
const SELECT_VERSION = `select * from (${RECORDED}) versions where mapping_rule_id = $2`;

/** Adds a version of each draft that says something else than the current one of its key. */
const INSERT = `
  insert into mapping_rule (account_id, match, tag_key, pattern, valid_from, version, valid_to, team, project, cost_center,
    overrides_known, reason, recorded_at, recorded_by)
  select $1, d.match, d.tag_key, d.pattern, d.valid_from, coalesce(v.version, 0) + 1, d.valid_to, d.team, d.project,
    d.cost_center, d.overrides_known, d.reason, $3, $4
  from jsonb_to_recordset($2::jsonb) as d (place int, match text, tag_key text, pattern text, valid_from timestamptz,
    valid_to timestamptz, team text, project text, cost_center text, overrides_known boolean, reason text)
  left join lateral (
    select * from mapping_rule r where r.account_id = $1
      and (${KEY}) = (d.match, d.tag_key, d.pattern, d.valid_from) order by r.version desc limit 1
  ) v on true
  where v.version is null or v.withdrawn
    or (v.valid_to, v.team, v.project, v.cost_center, v.overrides_known, v.reason)
      is distinct from (d.valid_to, d.team, d.project, d.cost_center, d.overrides_known, d.reason)
  order by d.place
  returning version`;

const WITHDRAW = `
  insert into mapping_rule (account_id, match, tag_key, pattern, valid_from, version, valid_to, withdrawn, team, project,
    cost_center, overrides_known, reason, recorded_at, recorded_by)
  select account_id, match, tag_key, pattern, valid_from, version + 1, valid_to, true, team, project, cost_center,
    overrides_known, $3, $4, $5
  from mapping_rule where account_id = $1 and mapping_rule_id = $2
  returning mapping_rule_id`;

interface MappingRuleRow {
  readonly mapping_rule_id: string;
  readonly version: number;
  readonly match: MappingMatch;
  readonly tag_key: string;
  readonly pattern: string;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly team: string;
  readonly project: string | null;
  readonly cost_center: string | null;
  readonly overrides_known: boolean;
  readonly state: RecordedMappingRule['state'];
  readonly reason: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export class SqlMappingRuleStore implements MappingRuleStore, MappingRuleReader {
  constructor(private readonly dataSource: DataSource) {}

  async load(accountId: number): Promise<readonly MappingRule[]> {
    const rows = await this.dataSource.query<MappingRuleRow[]>(SELECT_CURRENT, [accountId]);
    return rows.map(ruleFromRow);
  }

  async list({ accountId, after, limit }: MappingRulePage): Promise<readonly RecordedMappingRule[]> {
    const rows = await this.dataSource.query<MappingRuleRow[]>(SELECT_PAGE, [accountId, after ?? '0', limit]);
    return rows.map(recordedFromRow);
  }

  async store(author: RuleAuthor, drafts: readonly MappingRuleDraft[]): Promise<StoredRules | undefined> {
    try {
      return await this.storeAll(author, drafts);
    } catch (error) {
      if (error instanceof TooManyRules) return undefined;
      throw error;
    }
  }

  private storeAll(author: RuleAuthor, drafts: readonly MappingRuleDraft[]): Promise<StoredRules> {
    const { accountId, recordedAt, recordedBy } = author;
    return this.dataSource.transaction(async (manager) => {
      await lockDirectory(manager, accountId);
      const parameters = [accountId, draftsToRow(drafts), formatInstant(recordedAt), recordedBy];
      const stored = await manager.query<{ version: number }[]>(INSERT, parameters);
      const [current] = await manager.query<{ rules: number }[]>(COUNT_CURRENT, [accountId]);
      if ((current?.rules ?? 0) > MAPPING_RULES_MAX) throw new TooManyRules();
      const created = stored.filter(({ version }) => version === 1).length;
      return { created, corrected: stored.length - created, unchanged: drafts.length - stored.length };
    });
  }

  withdraw(
    { accountId, recordedAt, recordedBy }: RuleAuthor,
    mappingRuleId: string,
    reason: string,
    refusal: (rule: RecordedMappingRule) => Failure | undefined,
  ): Promise<Outcome<RecordedMappingRule> | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await lockDirectory(manager, accountId);
      const rule = await findVersion(manager, accountId, mappingRuleId);
      if (!rule) return undefined;
      const refused = refusal(rule);
      if (refused) return fail(refused);
      const parameters = [accountId, mappingRuleId, reason, formatInstant(recordedAt), recordedBy];
      const [added] = await manager.query<{ mapping_rule_id: string }[]>(WITHDRAW, parameters);
      const withdrawn = added && (await findVersion(manager, accountId, added.mapping_rule_id));
      return withdrawn && succeed(withdrawn);
    });
  }
}

/** Rolls the transaction back. */
class TooManyRules extends Error {}

async function findVersion(manager: EntityManager, accountId: number, mappingRuleId: string) {
  const [row] = await manager.query<MappingRuleRow[]>(SELECT_VERSION, [accountId, mappingRuleId]);
  return row && recordedFromRow(row);
}

/** One change of the account's directory at a time, as for teams. */
async function lockDirectory(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
}

function draftsToRow(drafts: readonly MappingRuleDraft[]): string {
  return JSON.stringify(
    drafts.map(({ match, tagKey, pattern, validFrom, validTo, team, project, costCenter, ...draft }, place) => ({
      place,
      match,
      tag_key: tagKey,
      pattern,
      valid_from: formatInstant(validFrom),
      valid_to: validTo === null ? null : formatInstant(validTo),
      team,
      project,
      cost_center: costCenter,
      overrides_known: draft.overridesKnown,
      reason: draft.reason,
    })),
  );
}

function ruleFromRow(row: MappingRuleRow): MappingRule {
  return {
    mappingRuleId: row.mapping_rule_id,
    version: row.version,
    match: row.match,
    tagKey: row.tag_key,
    pattern: row.pattern,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to?.getTime() ?? null,
    team: row.team,
    project: row.project,
    costCenter: row.cost_center,
    overridesKnown: row.overrides_known,
  };
}

function recordedFromRow(row: MappingRuleRow): RecordedMappingRule {
  const { state, reason, recorded_at: recordedAt, recorded_by: recordedBy } = row;
  return { ...ruleFromRow(row), state, reason, recordedAt: recordedAt.getTime(), recordedBy };
}
