import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { untilMetered } from '../support/billing.js';
import { storedSums, sumsOf } from '../support/counting.js';
import { HOUSE_PERIOD, type House, houseEvent, openHouse } from '../support/house.js';
import { Importer } from '../support/importer.js';
import { startTestRedis } from '../support/redis.js';
import { verify } from '../support/statement.js';

describe('when Redis fails in the middle of an import', () => {
  let house: House;
  let importer: Importer;
  beforeEach(async () => {
    house = await openHouse('Redis');
    importer = new Importer({ server: house.api, batchSize: 100, lanes: 4, event: houseEvent });
    await importer.progress(500);
  });
  afterEach(() => house.close());

  async function expectAllCounted(): Promise<void> {
    await importer.stop();
    await untilMetered(house.database.url);
    const expected = sumsOf(importer.sent);
    expect(importer.otherAnswers).toEqual([]);
    expect(await storedSums(house.database.url)).toEqual({ events: expected, buckets: expected });
    expect(await verify(house.api, HOUSE_PERIOD)).toMatchObject({ agrees: true });
  }

  it('flushed again and again, it costs no event', async () => {
    const client = new Redis(house.redis?.url ?? '');
    try {
      for (let flush = 0; flush < 20; flush++) {
        await client.flushall();
        await importer.progress(200);
      }
    } finally {
      client.disconnect();
    }
    await expectAllCounted();
  }, 300_000);

  it('stopped, ingest goes on answering 202 and the sweeper meters', async () => {
    await house.redis?.stop();
    await importer.progress(3_000);
    await expectAllCounted();
  }, 300_000);

  it('stopped and started anew, empty, the import goes on as before', async () => {
    const port = Number(new URL(house.redis?.url ?? '').port);
    await house.redis?.stop();
    await importer.progress(1_000);
    const again = await startTestRedis({}, port);
    try {
      await sleep(1_000);
      await importer.progress(1_000);
      await expectAllCounted();
    } finally {
      await again.stop();
    }
  }, 300_000);
});
