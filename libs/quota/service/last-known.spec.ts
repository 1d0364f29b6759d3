import { LastKnown } from './last-known.js';

class Outage extends Error {}

describe('LastKnown', () => {
  const clock = { at: 0, now: () => clock.at };
  let reads: number;
  let answer: () => Promise<string>;
  let known: LastKnown<string, string>;
  const get = (at: number, key = 'a', endsAt?: number) => {
    clock.at = at;
    const read = () => {
      reads += 1;
      return answer();
    };
    return known.get(key, read, endsAt);
  };
  const says = (text: string) => () => Promise.resolve(text);
  const fails = (error: Error) => () => Promise.reject(error);
  const isOutage = (error: unknown) => error instanceof Outage;

  beforeEach(() => {
    reads = 0;
    answer = says('first');
    known = new LastKnown({ freshMs: 10_000, max: 2, otherwise: 'nothing' }, clock, isOutage);
  });

  it('reads again after its time, at the end of what it read, and when the clock was set back', async () => {
    const seen: [string, number][] = [];
    for (const [at, endsAt] of [[0], [7_999], [10_000, 12_000], [11_999], [12_000], [4_000]] as const) {
      seen.push([await get(at, 'a', endsAt), reads]);
      answer = says(`after ${at}`);
    }
    expect(seen).toEqual([
      ['first', 1],
      ['first', 1],
      ['after 7999', 2],
      ['after 7999', 2],
      ['after 11999', 3],
      ['after 12000', 4],
    ]);
  });

  it('reads ahead what is in use, once, and lets nobody wait for it', async () => {
    await get(0);
    let say = (_: string): void => undefined;
    answer = () => new Promise((resolve) => (say = resolve));
    expect([await get(8_000), await get(9_999), reads]).toEqual(['first', 'first', 2]);
    say('second');
    await new Promise(setImmediate);
    answer = says('third');
    // As old as when it was asked for, not as when it came.
    expect([await get(15_999), await get(18_000), reads]).toEqual(['second', 'third', 3]);
  });

  it('knows on what could not be read ahead, until its time is over', async () => {
    for (const error of [new Outage(), new TypeError('a bug')]) {
      known = new LastKnown({ freshMs: 10_000, max: 2, otherwise: 'nothing' }, clock, isOutage);
      answer = says('first');
      await get(0);
      answer = fails(error);
      expect([await get(8_000), await get(9_999)]).toEqual(['first', 'first']);
      answer = says('second');
      expect(await get(10_000)).toBe('second');
    }
  });

  it('holds on to what it knew in an outage, however long, and asks no more often', async () => {
    await get(0);
    answer = fails(new Outage());
    const asked: number[] = [];
    for (const at of [10_000, 19_999, 20_000, 29_999, 900_000_000]) {
      expect(await get(at)).toBe('first');
      asked.push(reads);
    }
    expect(asked).toEqual([2, 2, 3, 3, 4]);
    answer = says('second');
    expect(await get(900_010_000)).toBe('second');
  });

  it('holds on for its time from when the database did not answer, not from when it was asked', async () => {
    await get(0);
    let fail = (): void => undefined;
    answer = () =>
      new Promise((_, reject) => {
        fail = () => reject(new Outage());
      });
    const slow = get(10_000);
    clock.at = 25_000;
    fail();
    expect(await slow).toBe('first');
    answer = says('second');
    expect(await get(34_999)).toBe('first');
    expect(await get(35_000)).toBe('second');
  });

  it('says what stands for nothing where it knew nothing, and soon asks again', async () => {
    answer = fails(new Outage());
    expect(await get(0)).toBe('nothing');
    expect(await get(1_999)).toBe('nothing');
    expect(reads).toBe(1);
    expect(await get(2_000)).toBe('nothing');
    answer = says('first');
    expect(await get(3_999)).toBe('nothing');
    expect(await get(4_000)).toBe('first');
    expect(reads).toBe(3);
  });

  it('throws any other failure, asks again at once, and still knows what it knew', async () => {
    answer = fails(new TypeError('a bug'));
    await expect(get(0)).rejects.toThrow('a bug');
    answer = says('first');
    expect(await get(1)).toBe('first');
    answer = fails(new TypeError('a bug'));
    await expect(get(10_001)).rejects.toThrow('a bug');
    answer = fails(new Outage());
    expect(await get(10_002)).toBe('first');
    expect(reads).toBe(4);
  });

  it('asks once for all who ask meanwhile', async () => {
    expect(await Promise.all([get(0), get(0), get(5)])).toEqual(['first', 'first', 'first']);
    expect(reads).toBe(1);
  });

  it('forgets what it read longest ago, of more than it may remember', async () => {
    await get(0, 'a');
    await get(1, 'b');
    await get(10_000, 'a');
    await get(10_001, 'c');
    answer = fails(new Outage());
    expect(await get(30_000, 'a')).toBe('first');
    expect(await get(30_000, 'c')).toBe('first');
    expect(await get(30_000, 'b')).toBe('nothing');
  });
});
