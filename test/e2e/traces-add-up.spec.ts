import { divideHalfEven, formatMinor, parsePicos, picosToMinor, scaledToDecimal } from '#money';
import { setUpPool } from '../support/billing.js';
import { DEPLOYMENTS, type Deployed, deploy } from '../support/deployment.js';
import { sendAndWait } from '../support/importer.js';
import { chargebackCsv, chargebackRows, sumBy, verify } from '../support/statement.js';
import { azureTrace, azureTracesPresent, batchesOf } from '../support/usage.js';

const nanos = (amount = '') => scaledToDecimal(divideHalfEven(parsePicos(amount) ?? -1n, 1_000n), 9);
const cents = (amount = '') => formatMinor(picosToMinor(parsePicos(amount) ?? -1n, 'USD'), 'USD');

// 28,185 real requests of two owners on one p5.48xlarge hour.
(azureTracesPresent() ? describe : describe.skip).each(DEPLOYMENTS)('two published traces, on %s', (deployment) => {
  let deployed: Deployed;
  beforeAll(async () => {
    deployed = await deploy(deployment);
  });
  afterAll(() => deployed.stop());

  it('are charged what the machine cost, to the cent', async () => {
    const { product } = deployed;
    await setUpPool(product, {
      pool: 'p5',
      hourlyRate: '55.04',
      from: '2023-11-16T18:15:00Z',
      to: '2023-11-16T19:15:00Z',
      weights: { inputUncached: '1', output: '2' },
    });
    const events = [...azureTrace('code', 'p5'), ...azureTrace('conv', 'p5')];
    expect(events).toHaveLength(28_185);
    await sendAndWait(product, batchesOf(events, 1_000));

    const rows = chargebackRows(await chargebackCsv(product, '2023-11'));
    const used = sumBy(rows, 'effective_cost', 'team');
    expect({ code: nanos(used.code), conv: nanos(used.conv) }).toEqual({ code: '20.191195677', conv: '34.848804323' });
    expect({ code: cents(used.code), conv: cents(used.conv) }).toEqual({ code: '20.19', conv: '34.85' });
    expect(sumBy(rows, 'effective_cost', 'pool')).toEqual({ p5: '55.04' });
    expect(sumBy(rows, 'billed_amount', 'team')).toEqual({ code: '20.19', conv: '34.85' });
    expect(sumBy(rows, 'billed_amount', 'charge_kind')).toEqual({ used: '55.04' });
    expect(rows.reduce((sum, { requests }) => sum + Number(requests ?? 0), 0)).toBeGreaterThanOrEqual(28_185);
    expect(await verify(product, '2023-11')).toMatchObject({ agrees: true });
  }, 180_000);
});
