import { fail, type Outcome, succeed } from '#outcome';
import { lineId, type StatementLine } from '../domain/index.js';

/** Ids named when a short one is not enough. */
const NAMED = 5;

/**
 * The line of a month whose id is, or alone begins with, what was given; of lines of one id the first. Fails with
 * `statement.line_not_found`, `statement.line_ambiguous`.
 */
export function lineCalled(given: string, period: string, lines: readonly StatementLine[]): Outcome<StatementLine> {
  const found = new Map<string, StatementLine>();
  for (const line of lines) {
    const id = lineId(period, line);
    if (id.startsWith(given) && !found.has(id)) found.set(id, line);
  }
  const [first] = found.values();
  if (!first) return lineNotFound(given);
  if (found.size === 1) return succeed(first);
  const detail = `${given} may be any of ${[...found.keys()].sort().slice(0, NAMED).join(', ')}`;
  return fail({ kind: 'conflict', code: 'statement.line_ambiguous', detail });
}

export function lineNotFound<T>(given: string): Outcome<T> {
  const detail = `there is no line ${given}`;
  return fail({ kind: 'not_found', code: 'statement.line_not_found', detail });
}
