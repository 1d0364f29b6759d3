import { MONTH_END, MONTH_START, POOLS, TEAMS, WORKLOADS } from './company.js';
import { demoCostRecords } from './instances.js';
import { demoEvents } from './requests.js';

interface Event {
  readonly id: string;
  readonly occurredAt: string;
  readonly pool?: string;
  readonly tokens: Readonly<Record<string, number>>;
}

const eventsOf = (count: number) => [...demoEvents(count)].map((text) => JSON.parse(text) as Event);

describe('the demo month', () => {
  it('is what it promises: teams, models, pools, providers', () => {
    const distinct = (values: readonly (string | undefined)[]) =>
      new Set(values.filter((value) => value !== undefined)).size;
    expect(distinct(WORKLOADS.map(({ team }) => team))).toBeGreaterThanOrEqual(6);
    expect(distinct(WORKLOADS.map(({ model }) => model))).toBeGreaterThanOrEqual(4);
    expect(distinct(WORKLOADS.map(({ provider }) => provider))).toBe(2);
    expect(POOLS).toHaveLength(2);
    expect(TEAMS.length).toBeGreaterThan(6);
    expect(WORKLOADS.reduce((sum, { share }) => sum + share, 0)).toBe(1000);
    expect(demoCostRecords()).toMatch(/,spot,/);
  });

  it('is the same whenever it is made', () => {
    expect([...demoEvents(3_000)]).toEqual([...demoEvents(3_000)]);
  });

  it('holds about as many requests as asked for, in order, within the month, each with an id of its own', () => {
    const events = eventsOf(20_000);
    expect(Math.abs(events.length - 20_000)).toBeLessThan(400);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const times = events.map(({ occurredAt }) => Date.parse(occurredAt));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(0)).toBeGreaterThanOrEqual(MONTH_START);
    expect(times.at(-1)).toBeLessThan(MONTH_END);
    expect(
      events.every(({ tokens }) => Object.values(tokens).every((count) => Number.isSafeInteger(count) && count >= 0)),
    ).toBe(true);
  });

  it('has a machine standing whenever a request is made on its pool', () => {
    const records = demoCostRecords()
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    const stands = (pool: string, at: number) =>
      records.some(
        (fields) => fields[0] === pool && Date.parse(fields[9] ?? '') <= at && at < Date.parse(fields[10] ?? ''),
      );
    const lost = eventsOf(5_000).filter(
      ({ pool, occurredAt }) => pool !== undefined && !stands(pool, Date.parse(occurredAt)),
    );
    expect(lost).toEqual([]);
  });
});
