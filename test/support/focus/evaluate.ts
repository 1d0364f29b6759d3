import type { Check, Rule } from './model.js';
import { allOf, anyOf, type State } from './state.js';
import type { Table } from './table.js';
import { columnOf, ROW_TESTS } from './tests.js';

/** What a rule comes to at each place: every row in turn and, last, the table as a whole. */
export interface Finding {
  readonly rule: Rule;
  readonly states: readonly State[];
  /** The rules that it is made of. */
  readonly parts: readonly Finding[];
  /** Whether one of the parts is enough. */
  readonly alternatives: boolean;
}

/** Where a rule has anything to say; conditions narrow it, of a rule and of those that it is a part of. */
type Scope = readonly boolean[];

/** Holds rules against a table. */
export class Evaluation {
  constructor(
    private readonly rules: ReadonlyMap<string, Rule>,
    private readonly table: Table,
    /** What the provider supports. */
    private readonly supported: ReadonlySet<string>,
  ) {}

  /** A rule that nothing is a part of, with all that it is made of. */
  root(ruleId: string): Finding {
    return this.rule(ruleId, [...this.table.rows.map(() => true), true]);
  }

  private rule(ruleId: string, scope: Scope): Finding {
    const rule = this.rules.get(ruleId);
    if (!rule) throw new Error(`the model has no rule ${ruleId}`);
    const own = this.applies(rule) ? this.narrowed(scope, rule.condition) : scope.map(() => false);
    const { requirement } = rule;
    const items = requirement === null ? [] : itemsOf(requirement);
    const parts = items.flatMap((item) => (item.kind === 'rule' ? [this.rule(item.ruleId, own)] : []));
    const states = requirement === null ? own.map(openWhere) : this.states(requirement, own, parts);
    const alternatives = requirement?.kind === 'any';
    return { rule, states: isPermission(rule) ? states.map(() => 'silent') : states, parts, alternatives };
  }

  /** A column that may be absent and is has nothing to be held against; that it may not, the rule of its presence says. */
  private applies({ criteria, entity, reference }: Rule): boolean {
    if (criteria.some((criterion) => !this.supported.has(criterion))) return false;
    return entity !== 'Column' || this.table.columns.has(reference);
  }

  private narrowed(scope: Scope, condition: Check | null): Scope {
    if (condition === null) return scope;
    const states = this.states(condition, scope, []);
    return scope.map((within, i) => within && states[i] === 'holds');
  }

  private states(check: Check, scope: Scope, parts: readonly Finding[]): readonly State[] {
    if (check.kind === 'test') return this.test(check.name, check.args, scope);
    if (check.kind === 'rule') {
      const part = parts.find(({ rule }) => rule.id === check.ruleId);
      if (!part) throw new Error(`${check.ruleId} is referred to from within a condition`);
      return part.states;
    }
    const items = check.items.map((item) => this.states(item, scope, parts));
    const combine = check.kind === 'all' ? allOf : anyOf;
    return scope.map((_, i) => combine(items.map((states) => states[i] ?? 'silent')));
  }

  private test(name: string, args: Extract<Check, { kind: 'test' }>['args'], scope: Scope): readonly State[] {
    const whole = this.table.rows.length;
    if (name === 'ColumnPresent') {
      const present = this.table.columns.has(columnOf(args, 'ColumnName')) ? 'holds' : 'breaks';
      return scope.map((within, i) => (within && i === whole ? present : 'silent'));
    }
    if (name === 'CheckDistinctCount') return this.distinct(args, scope);
    const rowTest = ROW_TESTS[name];
    if (!rowTest) throw new Error(`the check function ${name} is not known`);
    return scope.map((within, i) => {
      const row = this.table.rows[i];
      return within && row ? rowTest(row, args) : 'silent';
    });
  }

  /** Whether each value of one column stands beside so many of another. */
  private distinct(args: Extract<Check, { kind: 'test' }>['args'], scope: Scope): readonly State[] {
    const [columnA, columnB] = [columnOf(args, 'ColumnAName'), columnOf(args, 'ColumnBName')];
    const beside = new Map<string | null, Set<string | null>>();
    const rows = this.table.rows.map((row) => ({ a: row[columnA] ?? null, b: row[columnB] ?? null }));
    for (const [i, { a, b }] of rows.entries()) if (scope[i]) beside.set(a, (beside.get(a) ?? new Set()).add(b));
    return scope.map((within, i) => {
      const row = rows[i];
      if (!within || !row) return 'silent';
      return beside.get(row.a)?.size === args.ExpectedCount ? 'holds' : 'breaks';
    });
  }
}

function itemsOf(check: Check): readonly Check[] {
  return check.kind === 'all' || check.kind === 'any' ? check.items.flatMap(itemsOf) : [check];
}

function isPermission({ keyword }: Rule): boolean {
  return keyword === 'MAY';
}

function openWhere(within: boolean): State {
  return within ? 'open' : 'silent';
}
