import type { PoolPolicy } from '#cost-record/domain';
import { formatMinor, formatPicos } from '#money';
import { outputWeight } from '../../allocation/domain/testing.js';
import { bookOf, priceOf, usageOf } from '../../rating/domain/testing.js';
import { assembleDraft } from './assemble-draft.js';
import { BillSums } from './bill-sums.js';
import type { DraftStatements } from './draft.js';
import { billInputsOf, draftOf, quarter, recordOf } from './testing.js';

const policy = (over: Partial<PoolPolicy> = {}): PoolPolicy => ({
  pool: 'h100',
  version: 1,
  validFrom: 0,
  attribution: outputWeight(2_000_000n),
  idle: 'separate',
  ...over,
});
const pool = (over: Partial<PoolPolicy> = {}, records = [recordOf()]) => ({
  pool: 'h100',
  policies: [policy(over)],
  records,
});
const used = (team: string, at: number, input: bigint, output = 0n, model = 'llama') =>
  usageOf({
    chargePeriod: quarter(at),
    dimension: { team, model, pool: 'h100' },
    tokens: { inputUncached: input, output },
  });

/** Team, kind, class, exact and rounded amount of every line. */
function table(draft: DraftStatements): (string | null)[][] {
  return draft.teams.flatMap(({ lines }) =>
    lines.map(({ team, kind, tokenClass, effective, billed }) => [
      team,
      kind,
      tokenClass,
      effective === null ? null : formatPicos(effective),
      billed === null ? null : formatMinor(billed, draft.currency),
    ]),
  );
}

describe('a draft', () => {
  it('charges each quarter of an hour by its own mix, and idle ones to the platform team', () => {
    // Four quarters at $13.76: shared evenly, used by a alone, used by nobody, and a to b as 2 to 1.
    const usage = [used('a', 0, 100n), used('b', 0, 0n, 50n), used('a', 1, 7n, 3n), used('a', 3, 2n), used('b', 3, 1n)];
    const draft = draftOf(billInputsOf({ teams: ['a', 'b'], pools: [pool()] }), usage);
    expect(table(draft)).toEqual([
      ['a', 'used', 'inputUncached', '23.462564102564', '23.46'],
      ['a', 'used', 'output', '6.350769230769', '6.35'],
      ['b', 'used', 'inputUncached', '4.586666666667', '4.59'],
      ['b', 'used', 'output', '6.88', '6.88'],
      ['platform', 'idle', null, '13.76', '13.76'],
    ]);
    expect(draft.pools).toMatchObject([
      { pool: 'h100', unexplained: 0n, cost: { effective: 55_040_000_000_000n, billed: 5504n } },
    ]);
    expect(draft.summary.total.billed).toBe(5504n);
  });

  it('spreads idle cost over the users of the billing period when the policy says so', () => {
    const usage = [used('a', 0, 3n), used('b', 1, 1n)];
    const draft = draftOf(billInputsOf({ teams: ['a', 'b'], pools: [pool({ idle: 'proportional' })] }), usage);
    expect(table(draft)).toEqual([
      ['a', 'used', 'inputUncached', '13.76', '13.76'],
      ['a', 'idle', null, '13.76', '13.76'],
      ['b', 'used', 'inputUncached', '13.76', '13.76'],
      ['b', 'idle', null, '13.76', '13.76'],
    ]);
  });

  it('leaves idle cost with the platform team when nobody used the pool at all', () => {
    const draft = draftOf(billInputsOf({ pools: [pool({ idle: 'proportional' })] }), []);
    expect(table(draft)).toEqual([['platform', 'idle', null, '55.04', '55.04']]);
  });

  it('rounds top-down: the teams of a pool sum to its cost in cents, and lines to their team', () => {
    const third = recordOf({ hourlyRate: 400_000_000_000n, quarters: 1 });
    const usage = ['a', 'b', 'c'].flatMap((team) => [used(team, 0, 1n), used(team, 0, 1n, 0n, 'other')]);
    const draft = draftOf(billInputsOf({ teams: ['a', 'b', 'c'], pools: [pool({}, [third])] }), usage);
    // 10 cents over three teams, and 3 or 4 over two lines each.
    expect(draft.teams.map(({ total }) => total.billed)).toEqual([4n, 3n, 3n]);
    expect(table(draft).map(([, , , , billed]) => billed)).toEqual(['0.02', '0.02', '0.02', '0.01', '0.02', '0.01']);
  });

  it.each([
    ['JPY', 5504n, ['1376', '4128']],
    ['KWD', 5504n, ['1376.000', '4128.000']],
    ['USD', 5504n, ['1376.00', '4128.00']],
  ])('rounds to the minor unit of %s', (currency, hourly, billed) => {
    const record = recordOf({ hourlyRate: hourly * 10n ** 12n, currency });
    const draft = draftOf(billInputsOf({ currency, teams: ['a'], pools: [pool({}, [record])] }), [used('a', 0, 1n)]);
    expect(table(draft).map(([, , , , amount]) => amount)).toEqual(billed);
  });

  it('has no minor units to split in JPY below one: the whole goes to one line', () => {
    const record = recordOf({ hourlyRate: 4n * 10n ** 12n, currency: 'JPY', quarters: 1 });
    const draft = draftOf(billInputsOf({ currency: 'JPY', teams: ['a', 'b'], pools: [pool({}, [record])] }), [
      used('a', 0, 1n),
      used('b', 0, 1n),
    ]);
    expect(table(draft).map(([, , , , amount]) => amount)).toEqual(['1', '0']);
  });

  it('is empty for a month without cost and usage', () => {
    const draft = draftOf(
      billInputsOf({ teams: ['a'], pools: [{ pool: 'h100', policies: [policy()], records: [] }] }),
      [],
    );
    expect(draft).toMatchObject({ teams: [], pools: [], providers: [], models: [] });
    expect(draft.summary.total).toEqual({ list: 0n, effective: 0n, billed: 0n });
  });

  it('shows usage without a price, or of a pool without cost, as unpriced lines with null cost', () => {
    const api = usageOf({
      chargePeriod: quarter(0),
      dimension: { team: 'a', provider: 'x', model: 'm' },
      tokens: { output: 5n },
    });
    const draft = draftOf(billInputsOf({ teams: ['a'], pools: [] }), [api, used('a', 0, 7n)]);
    expect(draft.teams[0]?.unpriced).toEqual({ lines: 3, requests: 2n, tokens: 12n });
    expect(draft.teams[0]?.total).toEqual({ list: 0n, effective: 0n, billed: 0n });
    expect(draft.pools).toMatchObject([{ pool: 'h100', cost: null, unexplained: 0n }]);
    expect(
      table(draft).every(
        ([, kind, , effective, billed]) => kind === 'unpriced' && effective === null && billed === null,
      ),
    ).toBe(true);
  });

  it('charges a team that the directory lacks as unattributed, under its name', () => {
    const draft = draftOf(billInputsOf({ pools: [pool({}, [recordOf({ quarters: 1 })])] }), [used('who', 0, 1n)]);
    expect(draft.teams).toMatchObject([{ team: 'who', known: false, byKind: { unattributed: { billed: 1376n } } }]);
  });

  it('fills the cost centre that an event did not write down from the directory of its time', () => {
    const team = { team: 'a', versions: [{ version: 1, validFrom: quarter(1), costCenter: 'cc-2' }] };
    const written = usageOf({
      chargePeriod: quarter(2),
      dimension: { team: 'a', costCenter: 'cc-1', pool: 'h100' },
      tokens: { inputUncached: 1n },
    });
    const draft = draftOf(billInputsOf({ teams: [team], pools: [pool()] }), [
      used('a', 0, 1n),
      used('a', 1, 1n),
      written,
    ]);
    expect(draft.teams[0]?.lines.map(({ costCenter }) => costCenter)).toEqual([null, 'cc-1', 'cc-2']);
  });

  it('says what a million tokens cost, by model', () => {
    // $1.60 of input for 11.2M + 0.8M free hits, $1.60 for 3M of output.
    const usage = usageOf({
      chargePeriod: quarter(0),
      dimension: { team: 'a', pool: 'h100' },
      tokens: { inputUncached: 11_200_000n, cacheRead: 800_000n, output: 3_000_000n },
    });
    const attribution = {
      basis: 'throughput',
      prefillTokensPerSecond: 4_000_000_000_000n,
      decodeTokensPerSecond: 1_000_000_000_000n,
      inputWeights: { inputUncached: 1n, cacheRead: 0n, cacheWrite5m: 1n, cacheWrite1h: 1n, output: 0n, reasoning: 0n },
    } as const;
    const record = recordOf({ quarters: 1, validTo: quarter(0) + 6_000, hourlyRate: 1_920n * 10n ** 12n });
    const draft = draftOf(billInputsOf({ teams: ['a'], pools: [pool({ attribution }, [record])] }), [usage]);
    expect(draft.models).toMatchObject([
      {
        model: 'llama',
        pool: 'h100',
        costPerMillionTokens: {
          core: '1.066667',
          blended: '0.213333',
          input: '0.133333',
          inputUncached: '0.142857',
          cacheRead: '0',
          output: '0.533333',
        },
      },
    ]);
    expect(draft.pools[0]?.utilization).toBe('1');
  });

  it('gives pools, providers and the whole their own sums', () => {
    const list = priceOf({ rates: [{ contextFrom: 0n, picosPerToken: { output: 10_000_000n }, picosPerRequest: 0n }] });
    const api = usageOf({
      chargePeriod: quarter(0),
      dimension: { team: 'a', provider: 'openai', model: 'gpt' },
      tokens: { output: 500_000n },
    });
    const draft = draftOf(billInputsOf({ teams: ['a'], book: bookOf({ gpt: { list } }), pools: [pool()] }), [
      api,
      used('a', 0, 1n),
    ]);
    expect(draft.providers).toMatchObject([{ provider: 'openai', total: { billed: 500n } }]);
    expect(draft.pools).toMatchObject([{ pool: 'h100', total: { billed: 5504n } }]);
    expect(draft.summary.total.billed).toBe(6004n);
  });

  it('shows a pool whose cost stands on no line, as unexplained', () => {
    const inputs = billInputsOf();
    const sums = new BillSums('platform');
    const cost = {
      pool: 'lost',
      chargePeriod: quarter(0),
      effective: 7n,
      list: 8n,
      contracted: 8n,
      invoiced: 7n,
      instanceMicroMs: 1n,
    };
    sums.addPoolPeriod(cost, 0n);
    expect(assembleDraft(inputs, sums).pools).toMatchObject([
      { pool: 'lost', unexplained: 7n, total: { effective: 0n } },
    ]);
  });

  it('keeps the list price of idle capacity that costs nothing', () => {
    const inputs = billInputsOf({ teams: ['a', 'b'], pools: [pool({ idle: 'proportional' })] });
    const sums = new BillSums('platform');
    const use = { requests: 1n, quantity: 1n, tokens: null, list: 1n, effective: 1n };
    const line = {
      costCenter: null,
      project: null,
      model: 'llama',
      provider: null,
      pool: 'h100',
      modality: null,
      unit: 'tokens',
    } as const;
    for (const team of ['a', 'b'])
      sums.addLine({ ...line, team, kind: 'used', tokenClass: 'output', priceVersionId: null, policyVersion: 1 }, use);
    sums.addIdle({ pool: 'h100', policyVersion: 1, effective: 0n, list: 6n, instanceNanos: 0n });
    const idle = assembleDraft(inputs, sums).teams.map(({ byKind }) => byKind.idle.list);
    expect(idle).toEqual([3n, 3n]);
  });

  it('says how many requests of a pool came without inference seconds', () => {
    const untimed = usageOf({
      chargePeriod: quarter(0),
      dimension: { team: 'a', pool: 'h100' },
      requests: 4n,
      untimedRequests: 3n,
    });
    const draft = draftOf(billInputsOf({ teams: ['a'], pools: [pool({ attribution: { basis: 'inference_time' } })] }), [
      untimed,
    ]);
    expect(draft.pools[0]?.untimedRequests).toBe(3n);
  });
});
