import { SqlAlertDesk } from '../../libs/quota/adapter/sql-alert-desk.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const NOON = Date.UTC(2026, 10, 25, 12);
const MINUTE = 60_000;
const SUBJECTS = 450;

describe('SqlAlertDesk', () => {
  let database: TestDatabase;
  let desk: SqlAlertDesk;
  beforeAll(async () => {
    database = await createTestDatabase();
    desk = new SqlAlertDesk(database.dataSource, { append: () => Promise.resolve(), wake: () => undefined });
  });
  afterAll(() => database.drop());

  const slicesOf = async (seriesId: string, least: bigint) => {
    const found = new Map<string, [number, bigint][]>();
    for await (const page of desk.slices(1, { seriesId, least, from: NOON - 2 * MINUTE })) {
      for (const { subject, amounts } of page) {
        expect(found.has(subject)).toBe(false);
        found.set(
          subject,
          [...amounts].sort(([one], [other]) => one - other),
        );
      }
    }
    return found;
  };

  it('gives the slices of all subjects, page after page, the account among them', async () => {
    // Of subject n n is used in each of three minutes, and 1 is settled in them; more before that is not looked at.
    await database.dataSource.query(
      `insert into quota_count (account_id, series_id, subject, window_start, window_end, used, settled)
       select 1, series, case when n = ${SUBJECTS} then '' else 'subject ' || n end, start, start + interval '1 minute', n, 1
       from generate_series(7, 8) series, generate_series(1, ${SUBJECTS}) n,
         generate_series(timestamptz '2026-11-25 11:50Z', timestamptz '2026-11-25 12:00Z', interval '1 minute') start`,
    );
    const all = await slicesOf('7', 0n);
    expect(all.size).toBe(SUBJECTS);
    expect(all.get('subject 41')).toEqual([-2, -1, 0].map((minute) => [NOON + minute * MINUTE, 42n]));
    expect(all.get('')?.[0]?.[1]).toBe(BigInt(SUBJECTS + 1));
    const most = await slicesOf('7', 3n * 251n);
    expect([most.size, most.has('subject 250'), most.has('subject 249')]).toEqual([201, true, false]);
    expect((await slicesOf('9', 0n)).size).toBe(0);
  });

  it('sums what reservations hold that are under way and not over', async () => {
    const rows: [state: string, minutes: number, shares: unknown[]][] = [
      ['active', 5, [share('3', 'a', 2), share('4', 'a', 900)]],
      ['active', 1, [share('3', 'a', 1), share('3', 'b', 1)]],
      ['active', 0, [share('3', 'a', 10)]],
      ['released', 5, [share('3', 'a', 100)]],
    ];
    for (const [state, minutes, shares] of rows) {
      await database.dataSource.query(
        `insert into quota_reservation (account_id, reservation_id, state, created_at, expires_at, ended_at, shares, request, fingerprint)
         values (1, gen_random_uuid(), $1::text, now(), $2, case when $1::text = 'active' then null else now() end, $3, '{}', '')`,
        [state, new Date(NOON + minutes * MINUTE).toISOString(), JSON.stringify(shares)],
      );
    }
    const held = await desk.held(1, ['3'], NOON);
    expect(held.toSorted((one, other) => (one.subject < other.subject ? -1 : 1))).toEqual([
      { seriesId: '3', subject: 'a', held: 3n },
      { seriesId: '3', subject: 'b', held: 1n },
    ]);
  });
});

function share(seriesId: string, subject: string, held: number): string[] {
  return [seriesId, subject, '1970-01-01T00:00:00.000Z', String(held)];
}
