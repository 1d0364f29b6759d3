import fc from 'fast-check';
import { outputWeight } from '../../allocation/domain/testing.js';
import { usageOf } from '../../rating/domain/testing.js';
import { BillSums } from './bill-sums.js';
import { BillUsage } from './bill-usage.js';
import { settleAll } from './settlements.js';
import { billInputsOf, quarter, recordOf } from './testing.js';

const inputs = billInputsOf({
  teams: ['a', 'b'],
  pools: [
    {
      pool: 'h100',
      policies: [
        { pool: 'h100', version: 1, validFrom: 0, attribution: outputWeight(1_000_000n), idle: 'proportional' },
      ],
      records: [recordOf({ quarters: 7, hourlyRate: 1_000_000_000_003n })],
    },
  ],
});
const usage = fc.array(
  fc
    .record({ team: fc.constantFrom('a', 'b', 'c'), region: fc.constantFrom('eu', 'us', 'ap'), output: fc.nat(9) })
    .map(({ team, region, output }) => {
      const dimension = { team, region, pool: 'h100' };
      return usageOf({ chargePeriod: quarter(0), dimension, tokens: { output: BigInt(output) } });
    }),
  { maxLength: 9 },
);

describe('idle cost by use', () => {
  it('is split alike, to the pico, whether cost is told further apart or not', () => {
    fc.assert(
      fc.property(usage, (rows) => {
        const idle = (
          facetOf?: (dimension: { readonly region: string | null } | null) => { facet: string; until: number },
        ) => {
          const sums = new BillSums('platform');
          const own = facetOf ? { ...inputs, facetOf } : inputs;
          const bill = new BillUsage(own, sums);
          bill.billPeriod(quarter(0), rows);
          bill.billUnused();
          settleAll(sums, own);
          const lines = sums.lines().filter(({ kind }) => kind === 'idle');
          return lines.map(({ team, effective, list, quantity }) => ({ team, effective, list, quantity }));
        };
        const apart = idle((dimension) => ({ facet: dimension?.region ?? '', until: Number.POSITIVE_INFINITY }));
        expect(new Set(apart)).toEqual(new Set(idle()));
      }),
    );
  });
});
