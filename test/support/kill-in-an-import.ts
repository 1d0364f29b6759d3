import { setTimeout as sleep } from 'node:timers/promises';
import { untilMetered } from './billing.js';
import { missingEvents, storedSums, sumsOf } from './counting.js';
import { HOUSE_PERIOD, type House, houseEvent } from './house.js';
import { Importer, sendAll } from './importer.js';
import { verify } from './statement.js';
import { batchesOf, shuffled } from './usage.js';

/** An import in the middle of which the victim is killed so many times, and then everything is sent again. */
export async function killInAnImport(house: House, victim: 'api' | 'worker', kills: number): Promise<void> {
  const { api, database } = house;
  const importer = new Importer({ server: api, batchSize: 50, lanes: 4, event: houseEvent });
  for (let kill = 0; kill < kills; kill++) {
    await importer.progress(300);
    // Each time at another moment of a batch's way through the house.
    await sleep((kill * 37) % 100);
    await house[victim].kill();
    await importer.slowlyDuring(house[victim].start());
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
}
