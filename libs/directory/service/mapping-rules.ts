import type { Clock } from '#calendar';
import { type Failure, fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import type { Caller, MappingRule } from '../domain/index.js';
import type { MappingRuleReader } from './mapping-rule-reader.js';
import {
  MAPPING_RULES_MAX,
  type MappingRuleDraft,
  type MappingRulePage,
  type MappingRuleStore,
  type RecordedMappingRule,
  type StoredRules,
} from './mapping-rule-store.js';
import { readMappingRuleRow } from './read-mapping-rule-row.js';
import type { TeamReader } from './team-reader.js';

type Author = Pick<Caller, 'accountId' | 'apiKeyId'>;

export interface MappingSettings {
  readonly billableTags: readonly string[];
  readonly keepsSources: boolean;
}

/** What one does with the rules that say whose usage it is. Who did it, when and why is kept with each version. */
export class MappingRules {
  constructor(
    private readonly store: MappingRuleStore,
    private readonly reader: MappingRuleReader,
    private readonly teams: TeamReader,
    private readonly settings: MappingSettings,
    private readonly clock: Clock,
  ) {}

  list(page: MappingRulePage): Promise<readonly RecordedMappingRule[]> {
    return this.store.list(page);
  }

  /**
   * Takes a table of rules, all of it or nothing. A rule is known by match, tag key, pattern and start; what is said of a known one
   * becomes its next version if it differs. Fails with `mapping.import_refused`, which names every row and column at
   * fault, or `mapping.too_many_rules`.
   */
  async import(author: Author, rows: readonly ImportRow[]): Promise<Outcome<StoredRules>> {
    const read = await this.read(author.accountId, rows);
    if (!read.ok) return read;
    // Others may have told rules since these were read: what the store counts is what holds.
    const stored = await this.store.store(this.signed(author), read.value.drafts);
    return stored ? succeed(stored) : fail(tooMany());
  }

  /** The rules that would count if the table were imported. Fails as `import` does. */
  async proposed(accountId: number, rows: readonly ImportRow[]): Promise<Outcome<readonly MappingRule[]>> {
    const read = await this.read(accountId, rows);
    return read.ok ? succeed(read.value.rules) : read;
  }

  /**
   * Withdraws a rule: from now on it counts for nothing, at any time. Answers the version that says so. Fails with
   * `mapping.rule_not_found`, `mapping.rule_superseded`, `mapping.rule_withdrawn`.
   */
  async withdraw(author: Author, mappingRuleId: string, reason: string): Promise<Outcome<RecordedMappingRule>> {
    const withdrawn = await this.store.withdraw(this.signed(author), mappingRuleId, reason, refusalOf);
    if (withdrawn) return withdrawn;
    const detail = `There is no version ${mappingRuleId} of a mapping rule.`;
    return fail({ kind: 'not_found', code: 'mapping.rule_not_found', detail });
  }

  private signed({ accountId, apiKeyId: recordedBy }: Author) {
    return { accountId, recordedAt: this.clock.now(), recordedBy };
  }

  private async read(accountId: number, rows: readonly ImportRow[]) {
    const [teams, current] = await Promise.all([this.teams.load(accountId), this.reader.load(accountId)]);
    const rules = { teams: new Set(teams.map(({ team }) => team)), ...this.settings };
    const failures = new RowFailures();
    const drafts = new Map<string, MappingRuleDraft>();
    for (const row of rows) {
      const draft = readMappingRuleRow(row, rules, failures);
      if (!draft) continue;
      const key = keyOf(draft);
      if (drafts.has(key)) failures.add(row, 'pattern', 'mapping.repeated_rule', 'the same rule is in the table twice');
      drafts.set(key, draft);
    }
    if (!failures.none) return fail<ReadRules>(failures.toFailure('mapping.import_refused'));
    const merged = merge(current, drafts);
    if (merged.length > MAPPING_RULES_MAX) return fail<ReadRules>(tooMany());
    return succeed<ReadRules>({ drafts: [...drafts.values()], rules: merged });
  }
}

export const MAPPING_RULES = Symbol('MappingRules');

interface ReadRules {
  readonly drafts: readonly MappingRuleDraft[];
  /** Those that then count. */
  readonly rules: readonly MappingRule[];
}

function merge(current: readonly MappingRule[], drafts: ReadonlyMap<string, MappingRuleDraft>): MappingRule[] {
  const kept = current.filter((rule) => !drafts.has(keyOf(rule)));
  const last = current.reduce(
    (max, { mappingRuleId }) => (BigInt(mappingRuleId) > max ? BigInt(mappingRuleId) : max),
    0n,
  );
  const added = [...drafts.values()].map(({ reason: _, ...draft }, i) => {
    return { ...draft, mappingRuleId: (last + BigInt(i) + 1n).toString(), version: 1 };
  });
  return [...kept, ...added];
}

function keyOf({ match, tagKey, pattern, validFrom }: MappingRuleDraft | MappingRule): string {
  return JSON.stringify([match, tagKey, pattern, validFrom]);
}

function tooMany(): Failure {
  const detail = `There may be ${MAPPING_RULES_MAX} mapping rules; withdraw some, or let one pattern stand for many.`;
  return { kind: 'conflict', code: 'mapping.too_many_rules', detail };
}

function refusalOf({ state, mappingRuleId }: RecordedMappingRule): Failure | undefined {
  if (state === 'current') return undefined;
  const detail =
    state === 'withdrawn'
      ? `The version ${mappingRuleId} is withdrawn already.`
      : `The version ${mappingRuleId} has a later one; withdraw the current one.`;
  return { kind: 'conflict', code: `mapping.rule_${state}`, detail };
}
