import { Registry } from 'prom-client';
import { observeInbox } from './inbox-gauges.js';

describe('the gauges of the inbox', () => {
  it('tell what waits at this scrape, from one look', async () => {
    const registry = new Registry();
    let looks = 0;
    const load = async () => ({ waitingEvents: (looks += 1), oldestReceivedAt: 7_500 });
    observeInbox(registry, { load }, { now: () => 10_000 });
    expect(await registry.metrics()).toMatch(/inbox_age_seconds 2\.5\n[^]*inbox_waiting_events 1\n/);
    expect(await registry.metrics()).toMatch(/inbox_waiting_events 2\n/);
    expect(looks).toBe(2);
  });

  it('have no number while the inbox cannot be read, and the scrape goes on', async () => {
    const registry = new Registry();
    let away = true;
    const load = async () => {
      if (away) throw new Error('away');
      return { waitingEvents: 3, oldestReceivedAt: null };
    };
    observeInbox(registry, { load }, { now: () => 0 });
    expect(await registry.metrics()).toMatch(
      /inbox_age_seconds NaN\n[^]*waiting_events NaN\n[^]*read_failures_total 1\n/i,
    );
    away = false;
    expect(await registry.metrics()).toMatch(/age_seconds 0\n[^]*waiting_events 3\n[^]*read_failures_total 1\n/);
  });
});
