import { decimalToScaled, scaledToDecimal } from '#money';
import { TOKEN_CLASSES, type TokenClass } from '#token';
import {
  type AttributionPolicy,
  type IdlePolicy,
  type TeamShares,
  type TokenWeights,
  toTeamShares,
} from '../domain/index.js';
import type { RecordedPoolPolicy } from '../service/pool-store.js';
import type { PolicyParameters, SharesRow } from './policy-parameters.js';
import type { PoolPolicyEntity } from './pool-policy.entity.js';

const DECIMALS = 6;

export function parametersToRow(attribution: AttributionPolicy): PolicyParameters {
  switch (attribution.basis) {
    case 'weighted_tokens':
      return { weights: weightsToRow(attribution.weights) };
    case 'throughput':
      return {
        prefillTokensPerSecond: scaledToDecimal(attribution.prefillTokensPerSecond, DECIMALS),
        decodeTokensPerSecond: scaledToDecimal(attribution.decodeTokensPerSecond, DECIMALS),
        inputWeights: weightsToRow(attribution.inputWeights),
      };
    case 'phase_time':
      return { inputWeights: weightsToRow(attribution.inputWeights) };
    case 'list_price':
      return { provider: attribution.provider, model: attribution.model };
    case 'fixed':
      return { shares: sharesToRow(attribution.shares) };
    case 'inference_time':
    case 'requests':
    case 'even':
    case 'peak':
      return {};
  }
}

export function policyFromRow(row: PoolPolicyEntity): RecordedPoolPolicy {
  return {
    pool: row.pool,
    version: row.version,
    validFrom: row.validFrom.getTime(),
    attribution: attributionFromRow(row.basis, row.parameters),
    idle: idleFromRow(row.idle, row.idleShares),
    recordedAt: row.recordedAt.getTime(),
    recordedBy: row.recordedBy,
  };
}

function attributionFromRow(basis: string, parameters: PolicyParameters): AttributionPolicy {
  switch (basis) {
    case 'weighted_tokens':
      return { basis, weights: weightsFromRow(parameters.weights) };
    case 'throughput':
      return {
        basis,
        prefillTokensPerSecond: decimalFromRow(parameters.prefillTokensPerSecond),
        decodeTokensPerSecond: decimalFromRow(parameters.decodeTokensPerSecond),
        inputWeights: weightsFromRow(parameters.inputWeights),
      };
    case 'phase_time':
      return { basis, inputWeights: weightsFromRow(parameters.inputWeights) };
    case 'list_price':
      return { basis, provider: textFromRow(parameters.provider), model: textFromRow(parameters.model) };
    case 'fixed':
      return { basis, shares: sharesFromRow(parameters.shares) };
    case 'inference_time':
    case 'requests':
    case 'even':
    case 'peak':
      return { basis };
    default:
      throw new Error(`a pool policy has the basis ${basis}, which this version does not know`);
  }
}

export function idleToRow(idle: IdlePolicy): { idle: string; idleShares: SharesRow | null } {
  if (typeof idle === 'string') return { idle, idleShares: null };
  return { idle: idle.policy, idleShares: sharesToRow(idle.shares) };
}

function idleFromRow(idle: string | null, shares: SharesRow | null): IdlePolicy {
  if (idle === 'separate' || idle === 'proportional' || idle === 'even') return idle;
  if ((idle === 'fixed' || idle === 'reserved') && shares) return { policy: idle, shares: sharesFromRow(shares) };
  throw new Error(`a pool policy has the idle policy ${idle}, which this version does not know`);
}

function weightsToRow(weights: TokenWeights): Partial<Record<TokenClass, string>> {
  return Object.fromEntries(
    TOKEN_CLASSES.map((tokenClass) => [tokenClass, scaledToDecimal(weights[tokenClass], DECIMALS)]),
  );
}

function weightsFromRow(weights: PolicyParameters['weights'] = {}): TokenWeights {
  const of = (tokenClass: TokenClass): bigint => decimalFromRow(weights[tokenClass]);
  return {
    inputUncached: of('inputUncached'),
    cacheRead: of('cacheRead'),
    cacheWrite5m: of('cacheWrite5m'),
    cacheWrite1h: of('cacheWrite1h'),
    output: of('output'),
    reasoning: of('reasoning'),
  };
}

function sharesToRow(shares: TeamShares): SharesRow {
  return percentsToRow(shares.map(({ team, percent }) => [team, percent]));
}

function sharesFromRow(shares: SharesRow | undefined): TeamShares {
  return toTeamShares(percentsFromRow(shares));
}

export function percentsToRow(shares: readonly (readonly [name: string, percent: bigint])[]): SharesRow {
  return Object.fromEntries(shares.map(([name, percent]) => [name, scaledToDecimal(percent, DECIMALS)]));
}

export function percentsFromRow(shares: SharesRow = {}): (readonly [name: string, percent: bigint])[] {
  return Object.entries(shares).map(([name, percent]) => [name, decimalFromRow(percent)]);
}

function textFromRow(text: string | undefined): string {
  if (text === undefined) throw new Error('a pool policy lacks a parameter of its basis');
  return text;
}

function decimalFromRow(text: string | undefined): bigint {
  const scaled = text === undefined ? undefined : decimalToScaled(text, DECIMALS);
  if (scaled === undefined) throw new Error(`a pool policy's parameter is no decimal: ${text}`);
  return scaled;
}
