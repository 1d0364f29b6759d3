import fc from 'fast-check';
import { NO_INVOICES } from '#invoice/domain';
import { outputWeight } from '../../allocation/domain/testing.js';
import { expectSame } from '../../cost-record/domain/testing.js';
import { amountOf, policyFor } from '../../invoice/domain/testing.js';
import { bookOf, priceOf, ruleOf, usageOf } from '../../rating/domain/testing.js';
import { assembleDraft, BillSums, BillUsage } from '../domain/index.js';
import { sharedPoolsOf } from '../domain/shared/testing.js';
import { billInputsOf, quarter, recordOf } from '../domain/testing.js';
import { DraftPeriod } from './draft-period.js';
import { blockReader, unitReader, usageReader } from './testing.js';

const POOLS = ['h100', 'a100'] as const;
const SHARED = ['disk', 'net'] as const;
const DOLLAR = 10n ** 12n;
const price = priceOf({ rates: [{ contextFrom: 0n, picosPerToken: { output: DOLLAR }, picosPerRequest: null }] });

const rows = fc.array(
  fc.record({
    team: fc.constantFrom('a', 'b', 'stranger'),
    quarter: fc.nat(4),
    output: fc.bigInt({ min: 0n, max: 9n }),
    // Pools with and without a cost, one of shared cost, and a provider that is spelled in two ways.
    of: fc.constantFrom<readonly (string | null)[]>(
      ...[...POOLS, 'nobodys', 'disk'].map((pool) => [pool, null]),
      ...['openai', 'OpenAI'].map((provider) => [null, provider]),
    ),
  }),
  { maxLength: 12 },
);
const policies = fc
  .subarray(['pool:h100', 'pool:a100', 'pool:disk', 'provider:openai'])
  .chain((parties) =>
    fc.tuple(
      ...parties.map((party) =>
        fc.constantFrom(
          policyFor(party, { policy: 'true_up' }),
          policyFor(party, { policy: 'shared_pool', sharedPool: 'disk' }),
          policyFor(party, { policy: 'shared_pool', sharedPool: 'net' }),
        ),
      ),
    ),
  );
const amounts = fc.array(
  fc
    .record({
      pool: fc.constantFrom(null, ...POOLS, 'disk', 'gone'),
      amount: fc.bigInt({ min: 1n, max: 10n ** 14n }),
      invoiceId: fc.constantFrom('1', '2'),
    })
    .map(({ pool, ...of }) => amountOf({ ...of, pool, provider: 'openai' })),
  { maxLength: 5 },
);

it('drafts a month part by part to what it is in one piece, whatever waits for what', async () => {
  const months = fc.record({ rows, policies, amounts, shared: sharedPoolsOf(SHARED, POOLS), minimum: fc.nat(20) });
  await fc.assert(
    fc.asyncProperty(months, async ({ shared: sharedPools, minimum, ...month }) => {
      const attribution = outputWeight(1_000_000n);
      const inputs = billInputsOf({
        teams: ['a', 'b'],
        book: bookOf({ gpt: { list: price } }),
        pools: POOLS.map((pool, i) => ({
          pool,
          policies: [{ pool, version: 1, validFrom: 0, attribution, idle: i === 0 ? 'proportional' : 'even' }],
          records: [recordOf({ pool, costRecordId: pool, from: i })],
        })),
        sharedPools,
        priceRules: [
          ruleOf({ kind: 'minimum', provider: 'openai', model: '', value: BigInt(minimum) * DOLLAR, currency: 'USD' }),
        ],
        invoices: { ...NO_INVOICES, policies: month.policies, amounts: month.amounts },
      });
      const usage = month.rows.map(({ team, output, of: [pool = null, provider = null], ...at }, i) =>
        usageOf({
          chargePeriod: quarter(at.quarter),
          dimension: { team, pool, provider, model: 'gpt', project: `p${i.toString()}` },
          tokens: { output },
        }),
      );
      const sums = new BillSums(inputs.account.platformTeam);
      const plain = new BillUsage(inputs, sums);
      for (const at of [0, 1, 2, 3, 4].map(quarter)) {
        const own = usage.filter(({ chargePeriod }) => chargePeriod === at);
        if (own.length > 0) plain.billPeriod(at, own);
      }
      plain.billUnused();
      const draft = assembleDraft(inputs, sums);
      for (const partSize of [0, 2_900, Number.POSITIVE_INFINITY]) {
        const readers = [usageReader({ buckets: usage, events: usage }), unitReader(usage)] as const;
        const billed = await new DraftPeriod(blockReader(usage), ...readers, partSize).bill(inputs, '1');
        expectSame(billed.draft, draft);
        expectSame(billed.reconciliation, sums.reconciliation);
        expectSame(new Set(billed.pools), new Set(sums.pools()));
      }
    }),
    { numRuns: 300 },
  );
});
