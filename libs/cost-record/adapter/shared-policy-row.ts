import { SHARED_RULES, type SharedSplit, toPoolShares, toTeamShares } from '../domain/index.js';
import type { RecordedSharedPolicy } from '../service/pool-store.js';
import type { PolicyParameters } from './policy-parameters.js';
import { percentsFromRow, percentsToRow } from './policy-row.js';
import type { PoolPolicyEntity } from './pool-policy.entity.js';

/** The rule stands in the column of bases; a shared pool has no idle policy. */
export function splitToRow(split: SharedSplit): Pick<PoolPolicyEntity, 'basis' | 'parameters' | 'idle' | 'idleShares'> {
  return { basis: split.by, parameters: parametersOf(split), idle: null, idleShares: null };
}

function parametersOf(split: SharedSplit): PolicyParameters {
  const { over } = split;
  if (split.by !== 'fixed') return split.over === 'pools' && split.pools ? { over, pools: split.pools } : { over };
  const shares =
    split.over === 'teams'
      ? split.shares.map(({ team, percent }) => [team, percent] as const)
      : split.shares.map(({ pool, percent }) => [pool, percent] as const);
  return { over, shares: percentsToRow(shares) };
}

export function sharedPolicyFromRow(row: PoolPolicyEntity): RecordedSharedPolicy {
  return {
    pool: row.pool,
    version: row.version,
    validFrom: row.validFrom.getTime(),
    split: splitFromRow(row),
    recordedAt: row.recordedAt.getTime(),
    recordedBy: row.recordedBy,
  };
}

function splitFromRow({ basis, parameters }: PoolPolicyEntity): SharedSplit {
  const { over, pools = null } = parameters;
  const by = SHARED_RULES.find((rule) => rule === basis);
  if (by === undefined || (over !== 'teams' && over !== 'pools'))
    throw new Error(`a shared pool is split by ${basis} over ${over}, which this version does not know`);
  if (by !== 'fixed') return over === 'teams' ? { over, by } : { over, by, pools };
  const shares = percentsFromRow(parameters.shares);
  return over === 'teams' ? { over, by, shares: toTeamShares(shares) } : { over, by, shares: toPoolShares(shares) };
}
