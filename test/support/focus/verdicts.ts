import { Evaluation, type Finding } from './evaluate.js';
import type { Check, Rule } from './model.js';
import { allOf, type State } from './state.js';
import type { Table } from './table.js';

export type Verdict = 'pass' | 'fail' | 'not applicable' | 'needs a judgement';

const VERDICTS: Readonly<Record<State, Verdict>> = {
  holds: 'pass',
  breaks: 'fail',
  open: 'needs a judgement',
  silent: 'not applicable',
};

export interface RuleVerdict {
  readonly rule: Rule;
  readonly verdict: Verdict;
}

/**
 * The verdict on each rule of a model, in the model's order. A composite rule fails with any of its parts and needs a
 * judgement as long as one of them does.
 */
export function judge(
  rules: ReadonlyMap<string, Rule>,
  table: Table,
  supported: ReadonlySet<string>,
): readonly RuleVerdict[] {
  const evaluation = new Evaluation(rules, table, supported);
  const states = new Map<string, State>();
  for (const id of rootsOf(rules)) collect(evaluation.root(id), new Set(), states);
  return [...rules.values()].map((rule) => ({ rule, verdict: VERDICTS[states.get(rule.id) ?? 'silent'] }));
}

export function countVerdicts(verdicts: readonly RuleVerdict[]): Readonly<Record<Verdict, number>> {
  const counts = { pass: 0, fail: 0, 'not applicable': 0, 'needs a judgement': 0 };
  for (const { verdict } of verdicts) counts[verdict] += 1;
  return counts;
}

/** A line a rule, then the counts. */
export function formatVerdicts(verdicts: readonly RuleVerdict[]): string {
  const lines = verdicts.map(({ rule, verdict }) => `${verdict.padEnd(17)}  ${rule.id.padEnd(45)}  ${rule.text}`);
  const counts = Object.entries(countVerdicts(verdicts)).map(([verdict, count]) => `${count} ${verdict}`);
  return `${[...lines, counts.join(', ')].join('\n')}\n`;
}

/** A rule may be part of several; of what it comes to there the worst counts. Where an alternative holds the others need not. */
function collect(
  { rule, states, parts, alternatives }: Finding,
  excused: ReadonlySet<number>,
  into: Map<string, State>,
) {
  const own = states.filter((state, i) => !(state === 'breaks' && excused.has(i)));
  into.set(rule.id, allOf([...own, into.get(rule.id) ?? 'silent']));
  const met = alternatives ? states.flatMap((state, i) => (state === 'breaks' ? [] : [i])) : [];
  const within = met.length === 0 ? excused : new Set([...excused, ...met]);
  for (const part of parts) collect(part, within, into);
}

/** The rules that are part of no other. */
function rootsOf(rules: ReadonlyMap<string, Rule>): string[] {
  const parts = new Set([...rules.values()].flatMap(({ requirement }) => referredTo(requirement)));
  return [...rules.keys()].filter((id) => !parts.has(id));
}

function referredTo(check: Check | null): string[] {
  if (check === null || check.kind === 'test') return [];
  return check.kind === 'rule' ? [check.ruleId] : check.items.flatMap(referredTo);
}
