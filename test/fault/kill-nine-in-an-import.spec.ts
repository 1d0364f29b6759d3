import { setTimeout as sleep } from 'node:timers/promises';
import { untilMetered } from '../support/billing.js';
import { missingEvents, storedSums, sumsOf } from '../support/counting.js';
import { BACKENDS, HOUSE_PERIOD, type House, houseEvent, openHouse } from '../support/house.js';
import { Importer, sendAll } from '../support/importer.js';
import { verify } from '../support/statement.js';
import { batchesOf, shuffled } from '../support/usage.js';

const KILLS = 10;

describe.each(BACKENDS)('with the queue in %s, kill -9 in the middle of an import', (backend) => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse(backend);
  });
  afterEach(() => house.close());

  it.each(['worker', 'api'] as const)(
    'of the %s, ten times, costs no event and counts none twice',
    async (victim) => {
      const { api, database } = house;
      const importer = new Importer({ server: api, batchSize: 100, lanes: 4, event: houseEvent });
      for (let kill = 0; kill < KILLS; kill++) {
        await importer.progress(300);
        // Each time at another moment of a batch's way through the house.
        await sleep((kill * 37) % 100);
        await house[victim].kill();
        await house[victim].start();
      }
      await importer.progress(300);
      await importer.stop();
      await untilMetered(database.url);

      // What was answered 202 is there before anybody sends it again.
      expect(await missingEvents(database.url, importer.acknowledged)).toEqual([]);

      await sendAll(api, batchesOf(shuffled(importer.sent, 1), 250));
      await untilMetered(database.url);
      const expected = sumsOf(importer.sent);
      expect(await storedSums(database.url)).toEqual({ events: expected, buckets: expected });
      expect(await verify(api, HOUSE_PERIOD)).toMatchObject({ agrees: true });
    },
    180_000,
  );
});
