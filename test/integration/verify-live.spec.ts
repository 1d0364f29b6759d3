import type { VerificationWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';

// The month is the one that the senders' events belong to, and they do not pause for anybody.
describe('a period that events of come in', () => {
  let app: TestApp;
  beforeAll(async () => {
    // In the middle of a month, which does not end meanwhile.
    app = await startTestApp({ now: Date.UTC(2026, 10, 20) });
  });
  afterAll(() => app.close());

  it('is verified at one moment, and agrees', async () => {
    let [sent, stopped] = [0, false];
    const month = new Date(app.clock.now()).toISOString().slice(0, 7);
    const send = async (sender: number) => {
      while (!stopped) {
        const occurredAt = new Date(app.clock.now()).toISOString();
        const events = Array.from({ length: 40 }, (_, i) => ({
          source: `sender-${sender.toString()}`,
          id: `${sent.toString()}-${i.toString()}`,
          occurredAt,
          team: `team-${(i % 3).toString()}`,
          provider: 'openai',
          model: 'gpt-4o',
          tokens: { inputUncached: i, output: 7 },
        }));
        sent += 1;
        expect((await app.request('POST', '/v1/events', events)).status).toBe(202);
      }
    };
    const senders = [send(1), send(2)];
    const counts: number[] = [];
    try {
      for (let i = 0; i < 12; i += 1) {
        const answer = await app.request('POST', `/v1/statements/${month}/verifications`);
        const verification = (await answer.json()) as VerificationWire;
        expect(verification).toMatchObject({ agrees: true, firstDifference: null });
        counts.push(Number(verification.checked.events));
      }
    } finally {
      stopped = true;
      await Promise.all(senders);
    }
    // Events did come in between: otherwise this has shown nothing.
    expect(counts.at(-1)).toBeGreaterThan(counts[0] ?? Number.POSITIVE_INFINITY);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  }, 300_000);
});
