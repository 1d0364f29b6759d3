import { BACKENDS, type House, openHouse } from '../support/house.js';
import { killInAnImport } from '../support/kill-in-an-import.js';

describe.each(BACKENDS)('with the queue in %s, kill -9 of the api in the middle of an import', (backend) => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse(backend);
  });
  afterEach(() => house.close());

  it('ten times over, costs no event and counts none twice', () => killInAnImport(house, 'api'), 900_000);
});
