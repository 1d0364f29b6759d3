import type { MappingRules } from '#directory';
import type { UsageSnapshots } from '#metering';
import { outputWeight } from '../../allocation/domain/testing.js';
import { usageOf } from '../../rating/domain/testing.js';
import { quarter, recordOf } from '../domain/testing.js';
import { DraftPeriod } from './draft-period.js';
import { ExplorePeriod } from './explore-period.js';
import type { IntakeReader } from './intake-reader.js';
import { LoadBillInputs } from './load-bill-inputs.js';
import { OpenPeriod } from './open-period.js';
import { PreviewMapping } from './preview-mapping.js';
import { ReconcilePeriod } from './reconcile-period.js';
import { billSources, blockReader, noCloses, unitReader, usageReader } from './testing.js';

const INPUT = { accountId: 1, period: '2023-11' };
const DECEMBER = Date.UTC(2023, 11, 15);
const usage = [
  usageOf({ chargePeriod: quarter(0), dimension: { team: 'a', pool: 'h100' }, tokens: { output: 5n } }),
  usageOf({ chargePeriod: quarter(1), dimension: { team: 'b', pool: 'h100' }, tokens: { output: 1n } }),
];

/** Services over readers that note the moment at which they are asked to read; each moment is another. */
function world() {
  const moments: (string | undefined)[] = [];
  const noting = <I extends { readonly snapshot?: string | undefined }, T>(reader: { read: (input: I) => T }) => ({
    read(input: I): T {
      moments.push(input.snapshot);
      return reader.read(input);
    },
  });
  let held = 0;
  const snapshots: UsageSnapshots = { hold: (work) => work(`moment-${(held += 1)}`) };
  // Too dear for doubles: it is deferred, and read again.
  const costRecords = [recordOf({ hourlyRate: 10n ** 17n })];
  const policies = [
    { pool: 'h100', version: 1, validFrom: 0, attribution: outputWeight(2_000_000n), idle: 'separate' },
  ] as const;
  const pools = [{ pool: 'h100', policies, costRecords, purchases: [] }];
  const inputs = new LoadBillInputs(billSources({ pools }), { now: () => DECEMBER });
  const drafts = new DraftPeriod(
    { ...blockReader(usage), ...noting(blockReader(usage)) },
    noting(usageReader({ buckets: usage, events: usage })),
    noting(unitReader(usage)),
  );
  const intake = {} as IntakeReader;
  const rules = { proposed: async () => ({ ok: true, value: [] }) } as unknown as MappingRules;
  return {
    moments,
    open: new OpenPeriod(inputs, drafts, noCloses, intake, snapshots),
    explore: new ExplorePeriod(inputs, drafts, snapshots),
    reconcile: new ReconcilePeriod(inputs, drafts, noCloses, snapshots),
    preview: new PreviewMapping(inputs, drafts, rules, snapshots),
  };
}

type World = ReturnType<typeof world>;
const facets = { facetOf: () => ({ facet: '', until: Number.POSITIVE_INFINITY }), sliceOf: (at: number) => at };

describe('usage that is read more than once', () => {
  it.each<[string, (of: World) => Promise<{ readonly ok: boolean }>, number]>([
    ['a draft', ({ open }) => open.draft(INPUT), 3],
    ['an exploration', ({ explore }) => explore.explore(INPUT, () => facets), 3],
    ['a reconciliation', ({ reconcile }) => reconcile.reconcile(INPUT), 3],
    ['a preview of mapping rules, before and after', ({ preview }) => preview.preview(INPUT, []), 6],
  ])('is read at one moment: %s', async (_, work, readings) => {
    const of = world();
    expect((await work(of)).ok).toBe(true);
    expect(of.moments).toEqual(Array.from({ length: readings }, () => 'moment-1'));
  });
});
