import { createUuidv7 } from './uuidv7.js';

describe('UUIDs of version 7', () => {
  it('are of that version and variant, and begin with the time', () => {
    const id = createUuidv7({ now: () => Date.UTC(2026, 10, 1, 12) })();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 1, 12));
  });

  it('differ and sort as they were made, also within a millisecond and while the clock goes back', () => {
    let now = 1_700_000_000_000;
    const next = createUuidv7({ now: () => now });
    const ids: string[] = [];
    for (let i = 0; i < 20_000; i += 1) {
      if (i === 10_000) now -= 5_000;
      ids.push(next());
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('follow a clock that was set back for good', () => {
    let now = 1_700_000_000_000;
    const next = createUuidv7({ now: () => now });
    next();
    now = 1_600_000_000_000;
    expect(Number.parseInt(next().replace(/-/g, '').slice(0, 12), 16)).toBe(now);
  });
});
