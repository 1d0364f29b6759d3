import type { StatementPages } from '#statement/domain';
import { textCell } from '../csv.js';
import { remembering } from '../remembering.js';
import type { AllocatedRatios } from './allocation.js';
import type { ContractedPools } from './contracted.js';
import type { FocusVersion } from './focus-version.js';
import type { PoolPlace } from './pool-place.js';
import type { PricedLine } from './priced-line.js';

/** What the rows of a file share. */
export interface FocusContext {
  readonly version: FocusVersion;
  readonly draft: Pick<StatementPages, 'account' | 'currency' | 'period'>;
  readonly accountId: number;
  /** By pool. */
  readonly places: ReadonlyMap<string, PoolPlace>;
  readonly ratios: AllocatedRatios;
  readonly contracted: ContractedPools;
}

type Value = (line: PricedLine, context: FocusContext) => string | null;

export interface FocusColumn {
  readonly name: string;
  /** The first of the versions written here that has it. */
  readonly since: FocusVersion;
  /** The finished cell; FOCUS's null is an empty one. */
  readonly render: (line: PricedLine, context: FocusContext) => string;
}

export function text(name: string, of: Value, since: FocusVersion = '1.2'): FocusColumn {
  const cell = remembering((value: string | null) => value, textCell);
  return { name, since, render: (line, context) => cell(of(line, context)) };
}

export function number(name: string, of: Value): FocusColumn {
  return { name, since: '1.2', render: (line, context) => of(line, context) ?? '' };
}

/** A column of something that a draft has none of. */
export function nothing(name: string, since: FocusVersion = '1.2'): FocusColumn {
  return { name, since, render: () => '' };
}
