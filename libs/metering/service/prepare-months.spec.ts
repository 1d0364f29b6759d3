import { PrepareMonths } from './prepare-months.js';

describe('PrepareMonths', () => {
  it.each([
    ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z'],
    ['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ])('at %s asks for that month and the next, from %s', async (now, next) => {
    const asked: number[] = [];
    const months = { ensure: async (instants: Iterable<number>) => void asked.push(...instants) };
    await new PrepareMonths(months, { now: () => Date.parse(now) }).run();
    expect(asked.map((micros) => new Date(micros / 1_000).toISOString())).toEqual([now, next]);
  });
});
