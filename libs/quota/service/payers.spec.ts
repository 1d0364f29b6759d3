import type { CostCenterInputs, CostCenterReader, TeamDirectory, TeamInputs } from '#directory';
import { Payers } from './payers.js';

class Outage extends Error {}

describe('Payers', () => {
  const clock = { at: 0, now: () => clock.at };
  let failure: Error | undefined;
  let reads: number;
  const reading = <T>(value: T): Promise<T> => {
    reads += 1;
    return failure ? Promise.reject(failure) : Promise.resolve(value);
  };
  const team = { versions: [{ validFrom: 0, costCenter: 'cc-1' }] } as unknown as TeamInputs;
  const center = {
    costCenter: 'cc-1',
    versions: [{ validFrom: 0, businessUnit: 'retail' }],
  } as unknown as CostCenterInputs;
  const teams = { find: () => reading(new Map([['search', team]])) } as unknown as TeamDirectory;
  const centers = { load: () => reading([center]) } as unknown as CostCenterReader;
  const open = () => new Payers(teams, centers, clock, (error) => error instanceof Outage);

  beforeEach(() => {
    [clock.at, failure, reads] = [1_000, undefined, 0];
  });

  it('keeps whom it knew in an outage, and says when it does not know', async () => {
    const payers = open();
    const known = { costCenter: 'cc-1', businessUnit: 'retail' };
    expect(await payers.of(1, 'search', clock.at)).toEqual(known);
    expect(await payers.of(1, 'nobody', clock.at)).toEqual({ costCenter: null, businessUnit: null });
    failure = new Outage();
    clock.at += 60_000;
    expect(await payers.of(1, 'search', clock.at)).toEqual(known);
    expect(await payers.of(1, 'nobody', clock.at)).toEqual({ costCenter: null, businessUnit: null });
    expect(await payers.of(1, 'another', clock.at)).toBeUndefined();
    expect(await open().of(1, 'search', clock.at)).toBeUndefined();
  });

  it('asks once in two seconds', async () => {
    const payers = open();
    const asked: number[] = [];
    for (const at of [1_000, 2_599, 3_000, 4_999, 5_000]) {
      clock.at = at;
      await payers.of(1, 'search', at);
      asked.push(reads);
      failure = new Outage();
    }
    expect(asked).toEqual([2, 2, 4, 4, 6]);
  });

  it('hides nothing else that goes wrong, and counts by nothing that is only remembered', async () => {
    const payers = open();
    await payers.of(1, 'search', clock.at);
    failure = new Outage();
    await expect(payers.businessUnits(1)).rejects.toThrow(Outage);
    failure = new TypeError('a bug');
    clock.at += 2_000;
    await expect(payers.of(1, 'search', clock.at)).rejects.toThrow('a bug');
  });
});
