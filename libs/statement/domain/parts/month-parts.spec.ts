import { NO_INVOICES } from '#invoice/domain';
import { policyFor } from '../../../invoice/domain/testing.js';
import { ruleOf } from '../../../rating/domain/testing.js';
import { billInputsOf, recordOf } from '../testing.js';
import { inputsOfPart, partsOf } from './month-parts.js';

const NOVEMBER_PERIODS = 30 * 96;
const inputs = billInputsOf({
  pools: ['c', 'a', 'b'].map((pool) => ({ pool, policies: [], records: [recordOf({ pool })] })),
  sharedPools: [{ pool: 'disk', policies: [], sharedCosts: [] }],
  priceRules: [ruleOf({ kind: 'minimum', value: 1n, currency: 'USD' })],
});
const sizes = [
  { pool: 'b', dimensions: 40 },
  { pool: null, dimensions: 70 },
  { pool: 'a', dimensions: 10 },
  { pool: 'unknown', dimensions: 5 },
];

describe('the parts of a month', () => {
  it('are one for a small month: what is rated, every pool that is known or used, and those that wait last', () => {
    expect(partsOf(inputs, sizes, 1_000_000)).toEqual([
      { pools: [null, 'a', 'b', 'c', 'unknown', 'disk'], waits: true },
    ]);
  });

  it('hold no more than the limit, but for a pool that is larger by itself', () => {
    expect(partsOf(inputs, sizes, 2 * NOVEMBER_PERIODS + 50)).toEqual([
      { pools: [null, 'a'], waits: false },
      { pools: ['b', 'c', 'unknown', 'disk'], waits: true },
    ]);
    expect(partsOf(inputs, sizes, 0).map(({ pools }) => pools)).toEqual(
      [null, 'a', 'b', 'c', 'unknown', 'disk'].map((pool) => [pool]),
    );
  });

  it('wait where a difference to invoices is split as a shared pool is, in the month that it is agreed of', () => {
    const shares = (party: string, fromPeriod: string) =>
      policyFor(party, { policy: 'shared_pool', sharedPool: 'disk', fromPeriod });
    const waiting = (...policies: ReturnType<typeof shares>[]) =>
      partsOf({ ...inputs, invoices: { ...NO_INVOICES, policies } }, sizes, 0)
        .filter(({ waits }) => waits)
        .flatMap(({ pools }) => pools);
    expect(waiting(shares('pool:a', ''), shares('provider:openai', ''))).toEqual([null, 'a', 'disk']);
    expect(waiting(shares('pool:a', '2023-12'))).toEqual(['disk']);
  });

  it('have their own pools alone, and commitments only with what is rated', () => {
    const [rated, first] = partsOf(inputs, sizes, 0);
    if (!rated || !first) throw new Error('too few parts');
    expect(inputsOfPart(inputs, rated)).toMatchObject({ pools: [], priceRules: inputs.priceRules });
    expect(inputsOfPart(inputs, first)).toMatchObject({ pools: [{ pool: 'a' }], priceRules: [] });
  });

  it('take in pools that are asked for', () => {
    expect(partsOf(inputs, sizes, 0, ['gone', 'a', null]).map(({ pools }) => pools)).toEqual(
      [null, 'a', 'b', 'c', 'gone', 'unknown', 'disk'].map((pool) => [pool]),
    );
  });
});
