import { type House, openHouse } from '../support/house.js';
import { killInAnImport } from '../support/kill-in-an-import.js';

describe.each([
  ['Postgres', 10],
  ['Redis', 4],
] as const)('with the queue in %s, kill -9 of the worker in the middle of an import', (backend, kills) => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse(backend);
  });
  afterEach(() => house.close());

  it(
    `${kills} times over, costs no event and counts none twice`,
    () => killInAnImport(house, 'worker', kills),
    900_000,
  );
});
