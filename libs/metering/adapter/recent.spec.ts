import { Recent } from './recent.js';

describe('Recent', () => {
  it('keeps what is used, and of the rest no more than it may', () => {
    const recent = new Recent<number, number>(10);
    for (let key = 0; key < 100; key += 1) {
      recent.set(key, key * 2);
      expect(recent.get(7)).toBe(key < 7 ? undefined : 14);
    }
    const kept = Array.from({ length: 100 }, (_, key) => key).filter((key) => recent.get(key) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toEqual(expect.arrayContaining([7, 98, 99]));
  });

  it('has the last value of a key', () => {
    const recent = new Recent<string, number>(4);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.set('c', 3);
    recent.set('a', 4);
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([4, 2, 3]);
  });
});
