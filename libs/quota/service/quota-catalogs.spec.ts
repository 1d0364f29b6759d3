import { QuotaCatalogs } from './quota-catalogs.js';

describe('QuotaCatalogs', () => {
  const clock = { at: 0, now: () => clock.at };
  let loads: number;
  let load: () => Promise<{ revision: string; validUntil: number | null }>;
  let catalogs: QuotaCatalogs;
  const says =
    (revision: string, validUntil: number | null = null) =>
    () =>
      Promise.resolve({ revision, validUntil });
  const fails = () => Promise.reject(new Error('out of reach'));
  const revisionAt = async (at: number) => {
    clock.at = at;
    const { revision } = await catalogs.of(1);
    // What is read beside it has come meanwhile.
    await new Promise(setImmediate);
    return [revision, loads];
  };

  beforeEach(() => {
    loads = 0;
    load = says('1');
    const reader = {
      load: async () => {
        loads += 1;
        return { quotas: [], ...(await load()) };
      },
    };
    catalogs = new QuotaCatalogs(reader, clock);
  });

  it('reads again after two seconds, when something changes before, and when the clock was set back', async () => {
    expect(await revisionAt(0)).toEqual(['1', 1]);
    load = says('2', 2_500);
    expect(await revisionAt(1_599)).toEqual(['1', 1]);
    expect(await revisionAt(2_000)).toEqual(['2', 2]);
    load = says('3');
    expect(await revisionAt(2_499)).toEqual(['2', 2]);
    expect(await revisionAt(2_500)).toEqual(['3', 3]);
    expect(await revisionAt(1_000)).toEqual(['3', 4]);
  });

  it('reads ahead for an account in use, once, and lets nobody wait for it', async () => {
    await revisionAt(0);
    load = says('2');
    expect(await revisionAt(1_600)).toEqual(['1', 2]);
    expect(await revisionAt(1_700)).toEqual(['2', 2]);
    load = fails;
    expect(await revisionAt(3_300)).toEqual(['2', 3]);
    expect(await revisionAt(3_500)).toEqual(['2', 3]);
    load = says('4');
    expect(await revisionAt(3_600)).toEqual(['4', 4]);
  });

  it('does not bring back what was forgotten while it was read ahead', async () => {
    await revisionAt(0);
    let say = (): void => undefined;
    load = () => new Promise((resolve) => (say = () => resolve({ revision: 'old', validUntil: null })));
    expect(await revisionAt(1_800)).toEqual(['1', 2]);
    catalogs.forget(1);
    load = says('new');
    expect(await revisionAt(1_801)).toEqual(['new', 3]);
    say();
    expect(await revisionAt(1_802)).toEqual(['new', 3]);
  });

  it('holds on to what it knew where it cannot be read again', async () => {
    await revisionAt(0);
    load = fails;
    expect(await revisionAt(2_000)).toEqual(['1', 2]);
    expect(await revisionAt(3_599)).toEqual(['1', 2]);
    catalogs.forget(1);
    await expect(revisionAt(3_600)).rejects.toThrow('out of reach');
  });
});
