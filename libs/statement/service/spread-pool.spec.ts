import type { PoolInputs, PoolPolicy } from '#cost-record';
import { outputWeight } from '../../allocation/domain/testing.js';
import { quarter, recordOf } from '../domain/testing.js';
import { spreadPool } from './spread-pool.js';

describe('spreadPool', () => {
  it('works its costs out when they are asked for, once, also for a copy', () => {
    let looks = 0;
    const costRecords = new Proxy([recordOf({ quarters: 2 })], {
      get(target, property, receiver) {
        if (property === 'filter' || property === Symbol.iterator) looks += 1;
        return Reflect.get(target, property, receiver) as unknown;
      },
    });
    const inputs: PoolInputs = { pool: 'h100', policies: [], costRecords, purchases: [] };
    const pool = spreadPool(inputs, quarter(0), quarter(4));
    expect(looks).toBe(0);
    const copy = { ...pool };
    const { costs } = copy;
    expect([...costs.keys()]).toEqual([quarter(0), quarter(1)]);
    const once = looks;
    expect(pool.costs).toBe(costs);
    expect([once > 0, looks]).toEqual([true, once]);
  });

  it('is made afresh under the policies of a copy, with costs of its own', () => {
    const costRecords = [recordOf({ quarters: 2 })];
    const pool = spreadPool({ pool: 'h100', policies: [], costRecords, purchases: [] }, quarter(0), quarter(4));
    const attribution = outputWeight(1_000_000n);
    const policy: PoolPolicy = { pool: 'h100', version: 1, validFrom: 0, attribution, idle: 'even' };
    const copy = { ...pool, policies: [policy] };
    const afresh = copy.afresh?.(copy.policies);
    expect(afresh).toMatchObject({ pool: 'h100', policies: [policy], costRecords, purchases: [] });
    expect(afresh?.costs).toEqual(pool.costs);
    expect(afresh?.costs).not.toBe(pool.costs);
  });
});
