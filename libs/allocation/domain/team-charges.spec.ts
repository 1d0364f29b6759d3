import { PERCENT_SCALE, toTeamShares } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import { usageOf } from '../../rating/domain/testing.js';
import { allocatePool } from './allocate-pool.js';
import type { AppliedAttribution } from './applied-policy.js';
import { costOf, policyOf } from './testing.js';

const search = usageOf({
  dimension: { team: 'search', pool: 'p', project: 'ranker' },
  requests: 2n,
  tokens: { inputUncached: 250n, output: 50n },
});
const suggest = usageOf({
  dimension: { team: 'search', pool: 'p', project: 'suggest' },
  requests: 8n,
  tokens: { inputUncached: 100n },
});
const ads = usageOf({ dimension: { team: 'ads', pool: 'p' }, requests: 1n, tokens: { inputUncached: 1n } });
const fixed = (...shares: [string, bigint][]): AppliedAttribution => ({
  basis: 'fixed',
  shares: toTeamShares(shares.map(([team, percent]) => [team, percent * PERCENT_SCALE])),
});
const charged = (
  attribution: AppliedAttribution,
  usage: readonly MeteredUsage[],
  knownTeams = ['search', 'ads', 'gone'],
) =>
  allocatePool({
    cost: costOf(1000n, { list: 2000n }),
    policy: policyOf(attribution),
    usage,
    isKnownTeam: (team) => knownTeams.includes(team),
  }).charges.map((c) => [
    c.dimension?.project ?? c.dimension?.team ?? c.bearer,
    c.kind,
    c.effective,
    c.list,
    c.requests,
  ]);

describe('even', () => {
  it('gives each team that used the pool the same, and each its part over its own usage by tokens', () => {
    expect(charged({ basis: 'even' }, [search, suggest, ads])).toEqual([
      ['ranker', 'used', 375n, 750n, 2n],
      ['suggest', 'used', 125n, 250n, 8n],
      ['ads', 'used', 500n, 1000n, 1n],
    ]);
  });

  it('spreads by requests where a team has no tokens, for it used the pool all the same', () => {
    const failed = [search, suggest].map((row) => ({ ...row, tokens: usageOf().tokens }));
    expect(charged({ basis: 'even' }, failed).map(([project, , effective]) => [project, effective])).toEqual([
      ['ranker', 200n],
      ['suggest', 800n],
    ]);
  });

  it('leaves an unused period idle', () => {
    expect(charged({ basis: 'even' }, [])).toEqual([[null, 'idle', 1000n, 2000n, 0n]]);
  });
});

describe('fixed', () => {
  it('charges agreed percentages, also a team that used nothing, and shows who agreed to nothing at cost 0', () => {
    expect(charged(fixed(['search', 60n], ['gone', 40n]), [search, ads])).toEqual([
      ['ranker', 'used', 600n, 1200n, 2n],
      ['ads', 'used', 0n, 0n, 1n],
      ['gone', 'used', 400n, 800n, 0n],
    ]);
  });

  it('charges a team that the directory lacks as unattributed', () => {
    const kinds = charged(fixed(['search', 60n], ['typo', 40n]), [search]).map(([who, kind]) => [who, kind]);
    expect(kinds).toEqual([
      ['ranker', 'used'],
      ['typo', 'unattributed'],
    ]);
  });

  it('leaves an unused period idle', () => {
    expect(charged(fixed(['search', 100n]), [])).toEqual([[null, 'idle', 1000n, 2000n, 0n]]);
  });
});
