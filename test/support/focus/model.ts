import { z } from 'zod';

export type Argument = string | number | null;

/** What a rule requires, or the condition under which it does. */
export type Check =
  | { readonly kind: 'all' | 'any'; readonly items: readonly Check[] }
  | { readonly kind: 'rule'; readonly ruleId: string }
  | { readonly kind: 'test'; readonly name: string; readonly args: Readonly<Record<string, Argument>> };

export interface Rule {
  readonly id: string;
  /** `Composite`, `Presence`, `Type`, `Format`, `Nullability`, `Validation`. */
  readonly kind: string;
  /** What the rule is of: a column, the dataset as a whole, or an attribute such as a format. */
  readonly entity: 'Column' | 'Dataset' | 'Attribute';
  readonly reference: string;
  /** What the provider must support for the rule to apply. */
  readonly criteria: readonly string[];
  /** `MUST`, `SHOULD NOT`, `MAY`, … */
  readonly keyword: string;
  readonly text: string;
  /** Null where only a reader can tell. */
  readonly requirement: Check | null;
  /** Null: always. */
  readonly condition: Check | null;
}

const argument = z.union([z.string(), z.number(), z.null()]);
const loose = z.record(z.string(), z.unknown());
const ruleShape = z.object({
  Function: z.string(),
  Reference: z.string(),
  EntityType: z.enum(['Column', 'Dataset', 'Attribute']),
  ApplicabilityCriteria: z.array(z.string()),
  ValidationCriteria: z.object({ MustSatisfy: z.string(), Keyword: z.string(), Requirement: loose, Condition: loose }),
});
const modelShape = z.object({ ModelRules: z.record(z.string(), ruleShape) });

/** The rules of the FOCUS validator's model (its parsed JSON) by id. */
export function rulesOf(model: unknown): ReadonlyMap<string, Rule> {
  const { ModelRules: rules } = modelShape.parse(model);
  return new Map(Object.entries(rules).map(([id, rule]) => [id, ruleOf(id, rule)]));
}

function ruleOf(id: string, rule: z.output<typeof ruleShape>): Rule {
  const { MustSatisfy, Keyword, Requirement, Condition } = rule.ValidationCriteria;
  return {
    id,
    kind: rule.Function,
    entity: rule.EntityType,
    reference: rule.Reference,
    criteria: rule.ApplicabilityCriteria,
    keyword: Keyword,
    text: MustSatisfy,
    requirement: checkOf(Requirement),
    condition: checkOf(Condition),
  };
}

function checkOf(raw: Readonly<Record<string, unknown>>): Check | null {
  if (Object.keys(raw).length === 0) return null;
  // A few conditions are written { "AND": … } where all others name a check function.
  if ('AND' in raw) return { kind: 'all', items: itemsOf([raw.AND].flat()) };
  const { CheckFunction: name, Items: items, CheckCondition: misnamed, ...rest } = raw;
  // And a few call the column's name CheckCondition.
  const args = misnamed === undefined ? rest : { ...rest, ColumnName: misnamed };
  if (name === 'AND' || name === 'OR') return { kind: name === 'AND' ? 'all' : 'any', items: itemsOf(items) };
  if (name === 'CheckModelRule') return { kind: 'rule', ruleId: z.string().parse(rest.ModelRuleId) };
  return { kind: 'test', name: z.string().parse(name), args: z.record(z.string(), argument).parse(args) };
}

function itemsOf(items: unknown): Check[] {
  return z
    .array(loose)
    .parse(items)
    .flatMap((item) => checkOf(item) ?? []);
}
