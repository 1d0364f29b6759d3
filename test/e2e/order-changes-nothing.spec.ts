import { createHash } from 'node:crypto';
import { startTestApp } from '../support/app.js';
import { setUpPool } from '../support/billing.js';
import { sendAndWait } from '../support/importer.js';
import { chargebackCsv } from '../support/statement.js';
import { batchesOf, madeUpTraffic, shuffled, type UsageEvent } from '../support/usage.js';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2024, 9, 31, 20);
const events = madeUpTraffic({
  pool: 'p5',
  count: 3_000,
  from: START,
  to: START + 3 * HOUR_MS,
  teams: ['a', 'b', 'c'],
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The chargeback after the events came in such batches, one after the other. */
async function chargebackOf(batches: readonly UsageEvent[][]): Promise<string> {
  const app = await startTestApp();
  try {
    await setUpPool(app, {
      pool: 'p5',
      hourlyRate: '31.212345678901',
      from: new Date(START).toISOString(),
      to: new Date(START + 4 * HOUR_MS).toISOString(),
      weights: { inputUncached: '1', cacheRead: '0.1', output: '3.7' },
      idle: 'proportional',
    });
    await sendAndWait(app, batches);
    return await chargebackCsv(app, '2024-10');
  } finally {
    await app.close();
  }
}

describe('the chargeback', () => {
  let straight: string;
  beforeAll(async () => {
    straight = await chargebackOf(batchesOf(events, 1_000));
  });

  it('has lines', () => expect(straight.split('\r\n').length).toBeGreaterThan(10));

  it.each([
    ['the events come in another order', () => batchesOf(shuffled(events, 7), 1_000)],
    ['they come in other batches', () => batchesOf(events, 137)],
    ['they come one after the other, the last first', () => batchesOf([...events].reverse(), 3_000)],
    [
      'each comes twice in a batch',
      () =>
        batchesOf(
          events.flatMap((event) => [event, event]),
          1_000,
        ),
    ],
    ['all come again in another order', () => [...batchesOf(events, 1_000), ...batchesOf(shuffled(events, 3), 400)]],
  ])('does not change by a byte when %s', async (_, batches) => {
    expect(sha256(await chargebackOf(batches()))).toBe(sha256(straight));
  });
});
