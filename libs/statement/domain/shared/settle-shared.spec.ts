import fc from 'fast-check';
import { type SharedCost, type SharedSplit, toPoolShares, toTeamShares } from '#cost-record/domain';
import type { UsageDimension } from '#metering/domain';
import { formatPicos, parsePicos } from '#money';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { expectSame, sharedCostOf } from '../../../cost-record/domain/testing.js';
import { bookOf, priceOf, usageOf } from '../../../rating/domain/testing.js';
import type { BilledSharedPool } from '../bill-inputs.js';
import { linesOf } from '../close/close-statements.js';
import type { DraftStatements } from '../draft.js';
import { billInputsOf, draftOf, quarter, recordOf } from '../testing.js';
import { sharedPoolsOf } from './testing.js';

const DAY_QUARTERS = 96;
const amount = (text: string) => parsePicos(text) ?? 0n;
/** All of November 2023, unless it says otherwise. */
const cost = (text: string, more: Partial<SharedCost> = {}) =>
  sharedCostOf({ validFrom: quarter(0), validTo: quarter(30 * DAY_QUARTERS), ...more, amount: amount(text) });
const shared = (pool: string, split: SharedSplit | null, ...costs: SharedCost[]): BilledSharedPool => ({
  pool,
  policies: split ? [{ pool, version: 1, validFrom: 0, split }] : [],
  sharedCosts: costs,
});
const percent = (text: string) => amount(text) / 1_000_000n;

/** Pools h100 ($60 an hour, a to b as 3 to 1) and a100 ($40, half of it idle, b), and $20 of a provider's tokens by a. */
const capacity = (['h100', 'a100'] as const).map((pool) => ({
  pool,
  policies: [{ pool, version: 4, validFrom: 0, attribution: outputWeight(1_000_000n), idle: 'separate' as const }],
  records: [recordOf({ pool, hourlyRate: amount(pool === 'h100' ? '60' : '40'), listHourlyRate: null })],
}));
const book = bookOf({
  gpt: {
    list: priceOf({ rates: [{ contextFrom: 0n, picosPerToken: { output: amount('2') }, picosPerRequest: null }] }),
  },
});
const use = (team: string, at: number, output: bigint, more: Partial<UsageDimension> = {}) =>
  usageOf({ chargePeriod: quarter(at), dimension: { team, pool: 'h100', ...more }, tokens: { output } });
const usage = [
  ...[0, 1, 2, 3].flatMap((at) => [use('a', at, 3n, { project: 'x' }), use('b', at, 1n)]),
  ...[0, 1].map((at) => use('b', at, 5n, { pool: 'a100', costCenter: 'cc-b' })),
  use('a', 0, 10n, { pool: null, provider: 'openai', model: 'gpt' }),
];
const drafted = (...sharedPools: BilledSharedPool[]) =>
  draftOf(billInputsOf({ teams: ['a', 'b'], pools: capacity, book, sharedPools }), usage);

/** Owner, kind and exact amount of each line on a pool. */
function table(draft: DraftStatements, pool: string) {
  return linesOf(draft)
    .filter((line) => line.pool === pool)
    .map(({ team, costCenter, project, model, kind, effective }) => {
      return [team, costCenter, project, model, kind, effective === null ? null : formatPicos(effective)];
    });
}

describe('shared cost over teams', () => {
  // Attributed: a 45 on h100 and 20 of the provider, b 15 on h100 and 20 on a100 (cc-b), the platform 20 idle: 120.
  it('follows attributed cost, idle and providers too, by the cost centres it was written down with', () => {
    const draft = drafted(shared('disk', { over: 'teams', by: 'attributed_cost' }, cost('12')));
    expect(table(draft, 'disk')).toEqual([
      ['a', null, null, null, 'shared', '6.5'],
      ['b', null, null, null, 'shared', '1.5'],
      ['b', 'cc-b', null, null, 'shared', '2'],
      ['platform', null, null, null, 'shared', '2'],
    ]);
    expect(draft.pools.find(({ pool }) => pool === 'disk')).toMatchObject({
      ...{ kind: 'shared', unexplained: 0n, utilization: null },
      cost: { effective: amount('12'), list: amount('12'), billed: 1200n },
    });
  });

  it.each<[string, SharedSplit, (string | null)[][]]>([
    // Tokens: a 12 on h100 and 10 of the provider, b 4 and 10: 22, 4 and 10 of 36.
    [
      'tokens',
      { over: 'teams', by: 'tokens' },
      [
        ['a', null, '22'],
        ['b', null, '4'],
        ['b', 'cc-b', '10'],
      ],
    ],
    [
      'nothing: the teams with usage evenly',
      { over: 'teams', by: 'even' },
      [
        ['a', null, '18'],
        ['b', null, '18'],
      ],
    ],
    [
      'an agreement, with teams that used nothing',
      {
        ...{ over: 'teams', by: 'fixed' },
        shares: toTeamShares([
          ['a', percent('25')],
          ['c', percent('75')],
        ]),
      },
      [
        ['a', null, '9'],
        ['c', null, '27'],
      ],
    ],
  ])('follows %s', (_, split, expected) => {
    const lines = table(drafted(shared('disk', split, cost('36'))), 'disk');
    expect(lines.map(([team, costCenter, , , , effective]) => [team, costCenter, effective])).toEqual(expected);
  });

  it('gives credits as it takes costs', () => {
    const lines = table(drafted(shared('disk', { over: 'teams', by: 'even' }, cost('10'), cost('-10.5'))), 'disk');
    expect(lines.map(([team, , , , , effective]) => [team, effective])).toEqual([
      ['a', '-0.25'],
      ['b', '-0.25'],
    ]);
  });

  it('stays with the platform team where there is nothing to follow', () => {
    const inputs = billInputsOf({ sharedPools: [shared('disk', { over: 'teams', by: 'tokens' }, cost('3'))] });
    expect(table(draftOf(inputs, []), 'disk')).toEqual([['platform', null, null, null, 'shared', '3']]);
  });

  it('is unattributed without a policy, never lost', () => {
    expect(table(drafted(shared('disk', null, cost('3'))), 'disk')).toEqual([
      ['platform', null, null, null, 'unattributed', '3'],
    ]);
  });

  it('is cut by time where a policy changes: each part by the version that held', () => {
    const pool = shared('disk', { over: 'teams', by: 'even' }, cost('30'));
    const split = { over: 'teams', by: 'fixed', shares: toTeamShares([['c', percent('100')]]) } as const;
    const later = { pool: 'disk', version: 2, validFrom: quarter(10 * DAY_QUARTERS), split };
    const draft = drafted({ ...pool, policies: [...pool.policies, later] });
    const lines = linesOf(draft).filter((line) => line.pool === 'disk');
    expect(
      lines.map(({ team, policyVersion, effective }) => [team, policyVersion, formatPicos(effective ?? 0n)]),
    ).toEqual([
      ['a', 1, '5'],
      ['b', 1, '5'],
      ['c', 2, '20'],
    ]);
  });

  it('counts a month in progress to the end of the running charge period', () => {
    const sharedPools = [shared('disk', { over: 'teams', by: 'even' }, cost('30'))];
    const inputs = billInputsOf({ sharedPools, accruedTo: quarter(3 * DAY_QUARTERS) });
    expect(table(draftOf(inputs, []), 'disk')).toEqual([['platform', null, null, null, 'shared', '3']]);
  });
});

describe('shared cost over pools', () => {
  const h100 = [
    ['a', null, 'x', 'llama', 'shared'],
    ['b', null, null, 'llama', 'shared'],
  ];

  it('goes on as the own cost of each pool does, by project and model, idle to the platform team', () => {
    // 60 to 40: $6 to h100 as 3 to 1, $4 to a100, half of it idle.
    const draft = drafted(shared('net', { over: 'pools', by: 'attributed_cost', pools: null }, cost('10')));
    expect(table(draft, 'net')).toEqual([
      [...(h100[0] ?? []), '4.5'],
      [...(h100[1] ?? []), '1.5'],
      ['b', 'cc-b', null, 'llama', 'shared', '2'],
      ['platform', null, null, null, 'shared', '2'],
    ]);
  });

  it('goes by tokens, evenly and by agreement', () => {
    const toH100 = (split: SharedSplit) =>
      table(drafted(shared('net', split, cost('26'))), 'net').filter(([, , , model]) => model === 'llama')[0]?.[5];
    // 16 of 26 tokens; a half; a tenth; of each a has 3 of 4.
    expect(toH100({ over: 'pools', by: 'tokens', pools: null })).toBe('12');
    expect(toH100({ over: 'pools', by: 'even', pools: ['a100', 'h100'] })).toBe('9.75');
    const shares = toPoolShares([
      ['h100', percent('10')],
      ['a100', percent('90')],
    ]);
    expect(toH100({ over: 'pools', by: 'fixed', shares })).toBe('1.95');
  });

  it('goes down by other shared pools, by their rule, whether they have a cost of their own or none', () => {
    const disk = shared('disk', { over: 'pools', by: 'even', pools: ['h100'] });
    const staff = shared('staff', { over: 'pools', by: 'even', pools: ['disk', 'a100'] }, cost('16'));
    const support = shared('support', { over: 'pools', by: 'even', pools: ['staff'] }, cost('-8'));
    const draft = drafted(disk, staff, support);
    expect(table(draft, 'staff')).toEqual([
      [...(h100[0] ?? []), '6'],
      [...(h100[1] ?? []), '2'],
      ['b', 'cc-b', null, 'llama', 'shared', '4'],
      ['platform', null, null, null, 'shared', '4'],
    ]);
    expect(table(draft, 'support').map(([, , , , , effective]) => effective)).toEqual(['-3', '-1', '-2', '-2']);
    expect(draft.pools.map(({ pool }) => pool)).toEqual(['a100', 'h100', 'staff', 'support']);
  });

  it('stays with the platform team where a pool has no cost to follow, and is unattributed where the rule ends', () => {
    const none = shared('net', { over: 'pools', by: 'even', pools: ['nobody-set-up', 'unruled'] }, cost('8'));
    expect(table(drafted(none, shared('unruled', null)), 'net')).toEqual([
      ['platform', null, null, null, 'shared', '4'],
      ['platform', null, null, null, 'unattributed', '4'],
    ]);
  });

  it('is unattributed where pools go round in a circle', () => {
    const over = (pool: string) => ({ over: 'pools', by: 'even', pools: [pool] }) as const;
    const draft = drafted(shared('s', over('t'), cost('8')), shared('t', over('s'), cost('2')));
    expect(table(draft, 's')).toEqual([['platform', null, null, null, 'unattributed', '8']]);
    expect(table(draft, 't')).toEqual([['platform', null, null, null, 'unattributed', '2']]);
  });

  it('weighs a shared pool by its own cost of the month', () => {
    const disk = shared('disk', { over: 'pools', by: 'even', pools: ['h100'] }, cost('20'));
    const net = shared('net', { over: 'pools', by: 'attributed_cost', pools: ['a100', 'disk'] }, cost('6'));
    expect(table(drafted(disk, net), 'net').map(([team, , , , , effective]) => [team, effective])).toEqual([
      ['a', '1.5'],
      ['b', '0.5'],
      ['b', '2'],
      ['platform', '2'],
    ]);
  });

  it('is the same for another pool to the pico, whatever becomes of pools that it has nothing to do with', () => {
    const net = shared('net', { over: 'pools', by: 'attributed_cost', pools: null }, cost('10.000000000007'));
    const other = shared('other', { over: 'teams', by: 'even' }, cost('1'));
    const changed = {
      ...other.policies[0],
      pool: 'other',
      version: 2,
      validFrom: quarter(7),
      split: { over: 'teams', by: 'tokens' },
    } as const;
    expect(table(drafted(net, { ...other, policies: [...other.policies, changed] }), 'net')).toEqual(
      table(drafted(net), 'net'),
    );
  });
});

it('sums to what shared pools cost, in any order of pools, to the cent', () => {
  fc.assert(
    fc.property(sharedPoolsOf(['disk', 'net', 'staff'], ['h100', 'a100']), (pools) => {
      const draft = drafted(...pools);
      for (const { unexplained, cost: own, total } of draft.pools) {
        expect(unexplained).toBe(0n);
        expect(total.billed).toBe(own?.billed ?? 0n);
      }
      const listed = draft.pools.filter(({ kind }) => kind === 'shared');
      for (const { cost: own, total } of listed) expect(total.list).toBe(own?.list);
      expectSame(drafted(...[...pools].reverse()), draft);
    }),
    { numRuns: 150 },
  );
});
