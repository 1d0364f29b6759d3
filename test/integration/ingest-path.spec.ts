import { startTestApp, type TestApp } from '../support/app.js';

const event = (id: string, more: object = {}) => ({
  source: 'gateway-eu',
  id,
  occurredAt: '2026-11-01T12:00:00.123Z',
  team: 'search',
  project: 'ranker',
  model: 'llama-3.3-70b',
  pool: 'h100-east',
  tokens: { inputUncached: 1200, cacheRead: 800, output: 350 },
  inferenceMs: 2140,
  ...more,
});

describe('events from HTTP to their buckets', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('answers with what became of each event when asked to wait', async () => {
    const response = await app.request('POST', '/v1/events', [event('a'), event('b')], { prefer: 'wait=10' });
    const body = await response.json();
    expect({ status: response.status, body }).toMatchObject({
      status: 200,
      body: {
        state: 'done',
        accepted: 2,
        events: [
          { index: 0, outcome: 'accepted' },
          { index: 1, outcome: 'accepted' },
        ],
      },
    });
    expect(await app.database.dataSource.query('select * from metered_usage')).toMatchObject([
      { requests: '2', input_uncached: '2400', cache_read: '1600', output: '700', inference_micros: '4280000' },
    ]);
  });
});
