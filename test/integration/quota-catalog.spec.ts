import type { Outcome } from '#outcome';
import { NO_FILTER, type QuotaDefinition, QuotaOverrides, Quotas, type QuotaWish } from '#quota';
import { windowAt } from '#quota/domain';
import { SqlCountLedger } from '../../libs/quota/adapter/sql-count-ledger.js';
import { SqlQuotaDefinitionStore } from '../../libs/quota/adapter/sql-definition-store.js';
import { SqlQuotaCatalogReader } from '../../libs/quota/adapter/sql-quota-catalog-reader.js';
import { BuildAsks } from '../../libs/quota/service/build-asks.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const NOON = Date.parse('2026-10-07T12:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AUTHOR = { accountId: 1, apiKeyId: null };
const NOBODY_SAID = 'nothing_said';

const definition: QuotaDefinition = {
  subject: { level: 'team', name: null, team: null, tagKey: null },
  filter: NO_FILTER,
  measure: 'total_tokens',
  window: { kind: 'calendar', unit: 'day', timeZone: 'UTC', weekStart: 1, anchorDay: 1 },
  limit: 500n,
  action: 'block',
  fallback: 'closed',
  tierPercents: { batch: 50 },
  rolloverCap: 20n,
  actualThresholds: [50, 80, 100],
  forecastThresholds: [100],
  anomalies: true,
};

function worth<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return outcome.value;
}

describe('the catalog of quotas', () => {
  let database: TestDatabase;
  let now = NOON;
  let quotas: Quotas;
  let overrides: QuotaOverrides;
  let reader: SqlQuotaCatalogReader;
  beforeEach(async () => {
    database = await createTestDatabase();
    now = NOON;
    const store = new SqlQuotaDefinitionStore(database.dataSource);
    quotas = new Quotas(store, { now: () => now });
    overrides = new QuotaOverrides(store, { now: () => now });
    reader = new SqlQuotaCatalogReader(database.dataSource);
  });
  afterEach(() => database.drop());

  const put = async (name: string, change: Partial<QuotaDefinition> = {}, wish: Partial<QuotaWish> = {}) => {
    const said: QuotaWish = {
      ...{ name, timing: 'now', reason: 'a test', definition: { ...definition, ...change } },
      ...wish,
    };
    const latest = await quotas.find(1, name);
    const expected = latest.ok ? [latest.value.version.version] : NOBODY_SAID;
    return worth(await quotas.put(AUTHOR, said, expected)).state.version;
  };
  const raise = (amount: string, given: { subject?: string; windows?: number; from?: number; until?: number } = {}) => {
    const { subject = null, windows, from, until } = given;
    const about = { quota: 'q', kind: 'override', subject, team: null, percent: 0, reason: 'a test' } as const;
    return overrides.add(AUTHOR, { ...about, amount, span: { from, until, windows } });
  };

  it('is changed before those who come after hold it, though it is held without a pause', async () => {
    const hold = async () => {
      const runner = database.dataSource.createQueryRunner();
      await runner.startTransaction();
      const held = runner.query('select quota_revision_held(1) as revision') as Promise<{ revision: string }[]>;
      const end = async () => {
        await runner.commitTransaction();
        await runner.release();
      };
      return { revision: held.then(([row]) => row?.revision), end };
    };
    const waiting = async (count: number) =>
      eventually(async () => {
        const locks: unknown = await database.dataSource.query(
          `select from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
        );
        expect(locks).toHaveLength(count);
      });
    const first = await hold();
    expect(await first.revision).toBe('0');
    const changed = put('q');
    await waiting(1);
    const second = await hold();
    await waiting(2);
    await first.end();
    await changed;
    expect(await second.revision).toBe('1');
    await second.end();
  });

  it('is empty before anything is said', async () => {
    expect(await reader.load(1, now)).toEqual({ revision: '0', quotas: [], validUntil: null });
  });

  it('has what is in force, as it was said, and a new revision with every change', async () => {
    const said = await put('q');
    const first = await reader.load(1, now);
    expect(first.validUntil).toBeNull();
    const { seriesId } = said;
    const times = { since: NOON, inForceSince: NOON };
    expect(first.quotas).toEqual([{ ...definition, name: 'q', version: 1, seriesId, ...times, adjustments: [] }]);
    now += HOUR;
    await put('q', { limit: 600n });
    const second = await reader.load(1, now);
    expect(BigInt(second.revision)).toBeGreaterThan(BigInt(first.revision));
    expect(second.quotas).toMatchObject([{ version: 2, limit: 600n, seriesId, since: NOON, inForceSince: now }]);
    // As of before, too.
    expect((await reader.load(1, NOON)).quotas).toMatchObject([{ version: 1, limit: 500n }]);
    expect((await reader.load(1, NOON - 1)).quotas).toEqual([]);
  });

  it('holds until the next version comes into force by itself', async () => {
    await put('q');
    await put('q', { limit: 7n }, { timing: NOON + DAY });
    await put('later', {}, { timing: NOON + 2 * DAY });
    await put('draft', {}, { timing: 'draft' });
    const { quotas: held, validUntil } = await reader.load(1, now);
    expect(held.map(({ name, version }) => [name, version])).toEqual([['q', 1]]);
    expect(validUntil).toBe(NOON + DAY);
    const next = await reader.load(1, NOON + DAY);
    expect(next.quotas.map(({ name, version }) => [name, version])).toEqual([['q', 2]]);
    expect(next.validUntil).toBe(NOON + 2 * DAY);
    const last = await reader.load(1, NOON + 2 * DAY);
    expect(last.quotas.map(({ name }) => name)).toEqual(['later', 'q']);
    expect(last.validUntil).toBeNull();
  });

  it('has no quota that was withdrawn, nor what was still to come of it', async () => {
    await put('q');
    await put('q', { limit: 7n }, { timing: NOON + DAY });
    now += HOUR;
    worth(await quotas.withdraw(AUTHOR, { name: 'q', reason: 'over' }, [2]));
    expect(await reader.load(1, now)).toMatchObject({ quotas: [], validUntil: null });
    expect((await reader.load(1, NOON + 2 * DAY)).quotas).toEqual([]);
    now += HOUR;
    const again = await put('q');
    expect(again.version).toBe(4);
    expect((await reader.load(1, now)).quotas).toMatchObject([{ version: 4, since: NOON + 2 * HOUR }]);
    expect((await reader.load(1, NOON + 2 * DAY)).quotas).toMatchObject([{ version: 4 }]);
  });

  it('has the adjustments of windows that are running, and ends where others begin', async () => {
    await put('q');
    worth(await raise('100', { subject: 'search', windows: 1 }));
    worth(await raise('-50', { from: NOON + DAY, windows: 2 }));
    const midnight = Date.parse('2026-10-08T00:00Z');
    const today = await reader.load(1, now);
    const raised = { subject: 'search', from: midnight - DAY, until: midnight, percent: 0, amount: 100n };
    expect(today.quotas[0]?.adjustments).toEqual([raised]);
    // It begins with the first window after tomorrow's noon.
    expect(today.validUntil).toBe(midnight + DAY);
    // As long as what it left over is carried to the next day.
    expect((await reader.load(1, midnight)).quotas[0]?.adjustments).toEqual([raised]);
    expect((await reader.load(1, midnight + DAY - 1)).quotas[0]?.adjustments).toEqual([raised]);
    const lowered = await reader.load(1, midnight + DAY);
    expect(lowered.quotas[0]?.adjustments).toMatchObject([{ subject: null, amount: -50n, until: midnight + 3 * DAY }]);
    expect(lowered.validUntil).toBeNull();
  });

  it('keeps an adjustment as long as a window runs that it is for', async () => {
    await put('q', { window: { kind: 'total', from: NOON - 900 * DAY, until: NOON + 900 * DAY }, rolloverCap: null });
    worth(await raise('100', { until: NOON - 899 * DAY + 900 * DAY }));
    expect((await reader.load(1, NOON + 800 * DAY)).quotas[0]?.adjustments).toHaveLength(1);
    now += DAY;
    const yearly = { kind: 'calendar', unit: 'year', timeZone: 'UTC', weekStart: 1, anchorDay: 1 } as const;
    await put('yearly', { window: yearly });
    const change = {
      kind: 'grant',
      subject: null,
      team: null,
      percent: 12.25,
      amount: null,
      reason: 'a test',
    } as const;
    const span = { from: undefined, windows: undefined, until: now + DAY };
    worth(await overrides.add(AUTHOR, { ...change, quota: 'yearly', span }));
    const december = await reader.load(1, Date.parse('2026-12-31T23:00Z'));
    expect(december.quotas.find(({ name }) => name === 'yearly')?.adjustments).toMatchObject([{ percent: 12.25 }]);
    const january = await reader.load(1, Date.parse('2027-01-01T00:00Z'));
    expect(january.quotas.find(({ name }) => name === 'yearly')?.adjustments).toMatchObject([{ percent: 12.25 }]);
    const after = await reader.load(1, Date.parse('2028-01-01T00:00Z'));
    expect(after.quotas.find(({ name }) => name === 'yearly')?.adjustments).toEqual([]);
  });

  it('keeps an adjustment of windows that ended within the hour, which alerts look back at', async () => {
    await put('q', {
      window: { kind: 'calendar', unit: 'minute', timeZone: 'UTC', weekStart: 1, anchorDay: 1 },
      rolloverCap: null,
    });
    worth(await raise('100', { windows: 1 }));
    const MINUTE = 60_000;
    const adjustmentsAt = async (at: number) => (await reader.load(1, at)).quotas[0]?.adjustments;
    expect(await adjustmentsAt(NOON + HOUR + MINUTE - 1)).toMatchObject([{ from: NOON, until: NOON + MINUTE }]);
    expect(await adjustmentsAt(NOON + HOUR + MINUTE)).toEqual([]);
  });

  it('has today carry what yesterday’s own limit left over', async () => {
    await put('q', { rolloverCap: 1_000n });
    worth(await raise('-400', { windows: 1 }));
    now = Date.parse('2026-10-08T09:00Z');
    const [quota] = (await reader.load(1, now)).quotas;
    if (!quota) throw new Error('no quota');
    const ledger = new SqlCountLedger(database.dataSource);
    const usedYesterday = windowAt(quota.window, NOON)?.start ?? 0;
    await ledger.ensure([
      {
        name: { accountId: 1, seriesId: quota.seriesId, subject: 'search', start: usedYesterday },
        ...{ end: usedYesterday + DAY, isSlice: false, carry: async () => 0n },
      },
    ]);
    const estimate = {
      requests: 1n,
      inputTokens: 1n,
      cachedTokens: 0n,
      outputTokens: 0n,
      billedCost: 0n,
      effectiveCost: 0n,
    };
    const asks = await new BuildAsks(ledger).run([{ quota, subject: 'search' }], {
      accountId: 1,
      at: now,
      tier: 'default',
      estimate,
    });
    // Of 500 that day had 100, and today has its own 500.
    expect(asks.map(({ limit }) => limit)).toEqual([600n]);
  });

  it.each<[string, Partial<QuotaDefinition>]>([
    ['rolling', { window: { kind: 'rolling', lengthMs: 3_600_000 }, rolloverCap: null }],
    ['now', { window: { kind: 'now' }, measure: 'concurrent_requests', rolloverCap: null }],
    [
      'of a tag and a cost',
      {
        subject: { level: 'tag', name: 'autocomplete', team: null, tagKey: 'feature' },
        filter: {
          provider: 'openai',
          model: 'gpt*',
          pool: 'p',
          tier: 'batch',
          environment: 'production',
          status: 'ok',
        },
        ...{
          measure: 'billed_cost',
          limit: 9_007_199_254_740_991_000_000n,
          rolloverCap: 1_000_000n,
          actualThresholds: [],
          anomalies: false,
        },
      },
    ],
  ])('gives back what was said of a quota, %s', async (_, change) => {
    await put('q', change);
    expect((await reader.load(1, now)).quotas).toMatchObject([{ ...definition, ...change }]);
  });

  it('has what bore on a rolling window for as long as alerts look back', async () => {
    await put('q', { window: { kind: 'rolling', lengthMs: 24 * HOUR }, rolloverCap: null });
    expect((await raise('100', { from: now, until: now + HOUR })).ok).toBe(true);
    const adjustmentsAt = async (at: number) =>
      (await reader.load(1, at)).quotas.map((quota) => quota.adjustments.length);
    expect(await adjustmentsAt(now + 20 * HOUR)).toEqual([1]);
    expect(await adjustmentsAt(now + 30 * HOUR)).toEqual([0]);
  });

  it('lets nobody say something while others do', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, i) => {
        const said = {
          name: 'q',
          timing: 'now',
          reason: 'a race',
          definition: { ...definition, limit: BigInt(i) },
        } as const;
        return quotas.put(AUTHOR, said, 'absent');
      }),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const codes = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure.code]));
    expect(new Set(codes)).toEqual(new Set(['quota.quota_exists']));
    expect((await reader.load(1, now)).quotas).toHaveLength(1);
  });
});
