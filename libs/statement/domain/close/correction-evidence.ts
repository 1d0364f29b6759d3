import type { Picos } from '#money';
import { inputTokensOf, type LineFields, outputTokensOf, type StatementLine } from '../line.js';

/** What the cause of a correction is read from, at one time. */
export interface LineCircumstances {
  /** The owner's use of the model on the pool or from the provider, over all lines of the month. */
  readonly requests: bigint;
  readonly tokens: bigint;
  /** What the pool cost in the month; null where there is none. */
  readonly poolCost: Picos | null;
  readonly policyVersions: readonly number[];
  readonly priceVersions: readonly string[];
}

export interface CorrectionEvidence {
  readonly before: LineCircumstances;
  readonly after: LineCircumstances;
}

/** The circumstances of a line among the lines of its month. */
export function circumstancesOf(lines: readonly StatementLine[], line: LineFields): LineCircumstances {
  const { team, project, model, provider, pool } = line;
  const own = lines.filter((other) => {
    const isOwner = other.team === team && other.project === project && other.model === model;
    return isOwner && other.provider === provider && other.pool === pool && isSomething(other);
  });
  const ofPool = lines.filter((other) => other.pool === pool);
  return {
    requests: own.reduce((sum, { requests }) => sum + requests, 0n),
    tokens: own.reduce((sum, other) => sum + inputTokensOf(other) + outputTokensOf(other), 0n),
    poolCost: pool === null ? null : ofPool.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n),
    policyVersions: distinct(own.map(({ policyVersion }) => policyVersion)).sort((a, b) => a - b),
    priceVersions: distinct(own.map(({ priceVersionId }) => priceVersionId)).sort(),
  };
}

/** A line that later corrections took back to nothing says nothing of its owner. */
function isSomething({ requests, quantity, effective, billed }: StatementLine): boolean {
  return requests !== 0n || quantity !== 0n || (effective ?? 0n) !== 0n || (billed ?? 0n) !== 0n;
}

function distinct<T>(values: readonly (T | null)[]): T[] {
  return [...new Set(values)].filter((value) => value !== null);
}
