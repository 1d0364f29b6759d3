import { Backpressure } from './backpressure.js';
import type { Inbox } from './inbox.js';

const SETTINGS = { maxAgeMs: 60_000, maxWaitingEvents: 100, maxInflightBytes: 1_000 };

describe('what holds events back', () => {
  let now = 0;
  let oldestReceivedAt: number | null = null;
  let waitingEvents = 0;
  const open = () => {
    const inbox: Pick<Inbox, 'load'> = { load: async () => ({ waitingEvents, oldestReceivedAt }) };
    return new Backpressure(inbox as Inbox, { now: () => now }, SETTINGS);
  };
  beforeEach(() => {
    now = 1_000_000;
    oldestReceivedAt = null;
    waitingEvents = 0;
  });

  it('is the age of what waited when it was last looked, whatever the clock does since', async () => {
    oldestReceivedAt = now - 1_000;
    const backpressure = open();
    await expect(backpressure.admit()).resolves.toMatchObject({ ok: true });
    now += 36_000_000;
    expect(await backpressure.admit()).toMatchObject({ ok: true });
  });

  it('is that the oldest has waited too long, or that too many wait', async () => {
    oldestReceivedAt = now - 60_001;
    await expect(open().admit()).resolves.toMatchObject({
      failure: { code: 'ingest.overloaded', kind: 'busy', retryAfterSeconds: 1 },
    });
    oldestReceivedAt = now;
    waitingEvents = 99;
    const backpressure = open();
    await expect(backpressure.admit()).resolves.toMatchObject({ ok: true });
    backpressure.admitted(2);
    expect(await backpressure.admit()).toMatchObject({ failure: { code: 'ingest.overloaded' } });
  });
});
