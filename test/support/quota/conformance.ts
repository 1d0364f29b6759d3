import { createTestDatabase, type TestDatabase } from '../database.js';
import { describeModel } from './against-the-model.js';
import { describeConcurrency } from './concurrency.js';
import { describeEnding } from './ending.js';
import { describeReserving } from './reserving.js';
import { type Conformance, type OpenStores, QuotaWorld, type Stores } from './world.js';

/** Declares what every quota store must do: one suite for all of them. */
export function describeQuotaStore(name: string, open: OpenStores): void {
  describe(name, () => {
    let opened: { database: TestDatabase; stores: Stores } | undefined;
    const parts = () => {
      if (!opened) throw new Error('not opened');
      return opened;
    };
    beforeAll(async () => {
      const database = await createTestDatabase();
      opened = { database, stores: await open(database) };
    });
    afterAll(async () => {
      await opened?.stores.close();
      await opened?.database.drop();
    });

    const conformance: Conformance = {
      stores: () => parts().stores,
      database: () => parts().database,
      world: () => QuotaWorld.create(parts().database),
    };
    describeReserving(conformance);
    describeEnding(conformance);
    describeModel(conformance);
    describeConcurrency(conformance);
  });
}
