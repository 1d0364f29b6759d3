import type { CostRecord, PoolInputs } from '#cost-record';
import type { MeteredUsage, UsageSnapshots } from '#metering';
import { outputWeight } from '../../allocation/domain/testing.js';
import { usageOf } from '../../rating/domain/testing.js';
import { quarter, recordOf } from '../domain/testing.js';
import { DraftPeriod } from './draft-period.js';
import { IntakeGate } from './intake-gate.js';
import type { IntakeCounts, IntakeReader } from './intake-reader.js';
import { LoadBillInputs } from './load-bill-inputs.js';
import { OpenPeriod } from './open-period.js';
import { billSources, blockReader, noCloses, unitReader, usageReader } from './testing.js';
import { type Verification, VerifyPeriod } from './verify-period.js';

const DECEMBER = Date.UTC(2023, 11, 15);
const settled: IntakeCounts = { identities: 9n, events: 9n };
const LAST_RECEIVED = DECEMBER - 1000;

interface World {
  readonly buckets?: readonly MeteredUsage[];
  readonly events?: readonly MeteredUsage[];
  readonly counts?: IntakeCounts;
  /** Events that wait, look by look; the last for ever. */
  readonly waiting?: readonly bigint[];
  readonly records?: readonly CostRecord[];
  readonly now?: number;
  readonly timeZone?: string;
}

const usage = [
  usageOf({
    chargePeriod: quarter(0),
    dimension: { team: 'a', pool: 'h100' },
    requests: 4n,
    tokens: { inputUncached: 10n, output: 5n },
  }),
  usageOf({
    chargePeriod: quarter(0),
    dimension: { team: 'b', pool: 'h100' },
    requests: 3n,
    tokens: { inputUncached: 3n, output: 1n },
  }),
  usageOf({
    chargePeriod: quarter(2),
    dimension: { team: 'a', pool: 'h100' },
    requests: 2n,
    tokens: { inputUncached: 1n },
  }),
];

function world({
  buckets = usage,
  events = usage,
  counts = settled,
  waiting = [],
  records = [recordOf()],
  now = DECEMBER,
  timeZone = 'UTC',
}: World) {
  const policies = [
    { pool: 'h100', version: 1, validFrom: 0, attribution: outputWeight(2_000_000n), idle: 'separate' },
  ] as const;
  const pools: readonly PoolInputs[] = [{ pool: 'h100', policies, costRecords: records, purchases: [] }];
  const inputs = new LoadBillInputs(billSources({ timeZone, pools }), { now: () => now });
  const reader = usageReader({ buckets, events });
  const drafts = new DraftPeriod(blockReader(buckets), reader, unitReader(buckets));
  let looks = 0;
  const intake: IntakeReader = {
    lastWaiting: async () => (waiting.length > 0 ? LAST_RECEIVED : null),
    countWaiting: async (_account, _start, receivedUntil) => {
      expect(receivedUntil).toBe(LAST_RECEIVED);
      return waiting[Math.min(looks++, waiting.length - 1)] ?? 0n;
    },
    countOpenQuarantine: async () => 0n,
    usageFingerprint: async () => '',
    hasEarlier: async () => false,
    count: async () => counts,
  };
  const gate = new IntakeGate(intake, 200);
  const snapshots: UsageSnapshots = { hold: (work) => work('00000003-0000001B-1') };
  const open = new OpenPeriod(inputs, drafts, noCloses, intake, snapshots);
  return { open, verification: new VerifyPeriod(inputs, drafts, reader, gate, snapshots, noCloses) };
}

async function verify(of: World, period = '2023-11'): Promise<Verification> {
  const outcome = await world(of).verification.verify({ accountId: 1, period });
  if (!outcome.ok) throw new Error(outcome.failure.code);
  return outcome.value;
}

const [first, second, third] = usage;
const changed = (row: MeteredUsage | undefined, over: Partial<MeteredUsage>): MeteredUsage => ({
  ...usageOf(),
  ...row,
  ...over,
});

describe('VerifyPeriod', () => {
  it('agrees when buckets, lines and totals are what the events make them', async () => {
    expect(await verify({})).toEqual({
      period: '2023-11',
      agrees: true,
      checked: { events: 9n, buckets: 3, chargePeriods: 2, lines: 5, pools: 1, providers: 0 },
      firstDifference: null,
      sinceClose: null,
    });
  });

  it('names the first bucket that differs, and both of its sums', async () => {
    const buckets = [first, second, changed(third, { requests: 1n })].flatMap((row) => row ?? []);
    const { agrees, firstDifference } = await verify({ buckets });
    expect(agrees).toBe(false);
    expect(firstDifference).toMatchObject({
      what: 'bucket',
      where: expect.stringMatching(/^2023-11-01T00:30:00Z \["a"/),
    });
    expect(firstDifference?.expected).toMatch(/^2 requests, inputUncached 1,/);
    expect(firstDifference?.found).toMatch(/^1 requests/);
  });

  it.each([
    ['lost', { buckets: usage.slice(1) }, 'nothing'],
    ['made up', { events: usage.slice(0, 2) }, '2 requests'],
  ])('names a bucket that is %s', async (_, of, found) => {
    const { firstDifference } = await verify(of);
    expect(firstDifference?.what).toBe('bucket');
    expect(firstDifference?.found.startsWith(found)).toBe(true);
  });

  it.each(['inferenceMicros', 'prefillMicros', 'decodeMicros', 'untimedRequests'] as const)(
    'compares %s',
    async (sum) => {
      const buckets = usage.map((row, i) => (i === 1 ? { ...row, [sum]: 1n } : row));
      expect((await verify({ buckets })).firstDifference?.what).toBe('bucket');
    },
  );

  it('does not agree while accepted events wait, or identities and events differ in number', async () => {
    const waiting = await verify({ waiting: [5n] });
    expect(waiting.firstDifference).toMatchObject({
      what: 'intake',
      found: expect.stringMatching(/^5 accepted events/),
    });
    const lost = await verify({ counts: { ...settled, events: 8n } });
    expect(lost.firstDifference).toMatchObject({ what: 'identity', expected: '8 identities', found: '9' });
  });

  it('lets events that were accepted be metered first', async () => {
    expect((await verify({ waiting: [5n, 3n, 0n] })).agrees).toBe(true);
  });

  it('agrees on a month without anything', async () => {
    expect(await verify({ buckets: [], events: [], records: [] })).toMatchObject({ agrees: true });
  });
});

describe('OpenPeriod', () => {
  const draft = async (of: World, period = '2023-11') => {
    const outcome = await world(of).open.draft({ accountId: 1, period });
    if (!outcome.ok) throw new Error(outcome.failure.code);
    return outcome.value;
  };

  it.each(['2023-13', '2023', '', '2023-1', 'november'])('refuses %p as a period', async (period) => {
    expect(await world({}).open.draft({ accountId: 1, period })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid', code: 'statement.bad_period' },
    });
  });

  it('refuses cost records in another currency than the account', async () => {
    expect(
      await world({ records: [recordOf({ currency: 'EUR' })] }).open.draft({ accountId: 1, period: '2023-11' }),
    ).toMatchObject({
      ok: false,
      failure: { kind: 'conflict', code: 'statement.currency_mismatch' },
    });
  });

  it('counts the cost of a month in progress to the end of the charge period that runs', async () => {
    const open = recordOf({ validTo: null });
    const at = (now: number) =>
      draft({ records: [open], now }).then(({ accruedTo, summary }) => [accruedTo, summary.total.billed]);
    expect(await at(quarter(2) + 1)).toEqual([quarter(3), 3n * 1376n]);
    expect(await at(quarter(3) - 1)).toEqual([quarter(3), 3n * 1376n]);
    expect(await at(quarter(3))).toEqual([quarter(4), 4n * 1376n]);
  });

  it('is over when its end has come, and not in the quarter of an hour before', async () => {
    const end = Date.UTC(2023, 11, 1);
    const at = async (now: number) => {
      const loaded = await new LoadBillInputs(billSources({}), { now: () => now }).load({
        accountId: 1,
        period: '2023-11',
      });
      return loaded.ok && [loaded.value.accruedTo, loaded.value.isOver];
    };
    expect(await at(end - 1)).toEqual([end, false]);
    expect(await at(end)).toEqual([end, true]);
  });

  it('counts no cost of a month that has not begun, and the whole of one that is over', async () => {
    const open = recordOf({ validTo: null });
    expect((await draft({ records: [open], now: quarter(0) - 1, buckets: [] })).summary.total.billed).toBe(0n);
    expect((await draft({ records: [open], now: DECEMBER })).summary.total.billed).toBe(5504n * 720n);
  });

  it("begins and ends a month where the account's zone does", async () => {
    // November in Zurich is from 23:00 UTC of 31 October to 23:00 UTC of 30 November.
    const rows = [-4, -5, 2876].map((n) =>
      usageOf({ chargePeriod: quarter(n), dimension: { team: 'a', pool: 'h100' }, tokens: { inputUncached: 1n } }),
    );
    const record = recordOf({ from: -100, quarters: 10_000 });
    const november = await draft({ timeZone: 'Europe/Zurich', buckets: rows, records: [record] });
    expect(november.summary.usage.requests).toBe(1n);
    expect(november.summary.total.billed).toBe(5504n * 720n);
    expect(november.period).toMatchObject({ start: quarter(-4), end: quarter(2876) });
  });

  it('bills in the plain way what does not fit doubles, to the same sums', async () => {
    const costly = recordOf({ hourlyRate: 10n ** 17n });
    const { pools } = await draft({ records: [costly] });
    expect(pools).toMatchObject([{ unexplained: 0n, cost: { effective: 10n ** 17n } }]);
  });
});
