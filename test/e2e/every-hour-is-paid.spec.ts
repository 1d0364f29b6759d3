import { startTestApp, type TestApp } from '../support/app.js';
import { setUpPool } from '../support/billing.js';
import { sendAndWait } from '../support/importer.js';
import { chargebackCsv, chargebackRows, sumBy, verify } from '../support/statement.js';
import type { UsageEvent } from '../support/usage.js';

// Four quarters of an hour at $13.76: shared evenly, used by one alone, by nobody, and in parts that do not divide.
const USAGE: ReadonlyArray<readonly [team: string, occurredAt: string, input: number, output: number]> = [
  ['a', '2024-10-14T10:00:00Z', 100, 0],
  ['b', '2024-10-14T10:14:59.999999Z', 0, 50],
  ['a', '2024-10-14T10:15:00Z', 7, 3],
  ['a', '2024-10-14T10:45:00Z', 2, 0],
  ['b', '2024-10-14T10:59:59Z', 1, 0],
];

function event([team, occurredAt, inputUncached, output]: (typeof USAGE)[number], i: number): UsageEvent {
  return { source: 'test', id: `r${i}`, occurredAt, team, model: 'm', pool: 'p5', tokens: { inputUncached, output } };
}

describe('an hour of a machine', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('is paid whole: by its users by what they used, and where nobody did, as idle', async () => {
    await setUpPool(app, {
      pool: 'p5',
      hourlyRate: '55.04',
      from: '2024-10-14T10:00:00Z',
      to: '2024-10-14T11:00:00Z',
      weights: { inputUncached: '1', output: '2' },
    });
    await sendAndWait(app, [USAGE.map(event)]);
    const rows = chargebackRows(await chargebackCsv(app, '2024-10'));

    const used = rows.filter((row) => row.charge_kind === 'used');
    // a: 6.88 + 13.76 + 2/3 of 13.76; b: 6.88 + 1/3 of 13.76.
    expect(sumBy(used, 'effective_cost', 'team')).toEqual({ a: '29.813333333333', b: '11.466666666667' });
    expect(sumBy(rows, 'effective_cost', 'charge_kind')).toEqual({ used: '41.28', idle: '13.76' });
    expect(sumBy(rows, 'billed_amount', 'charge_kind')).toEqual({ used: '41.28', idle: '13.76' });
    expect(sumBy(used, 'billed_amount', 'team')).toEqual({ a: '29.81', b: '11.47' });
    expect(await verify(app, '2024-10')).toMatchObject({ agrees: true });
  });
});
