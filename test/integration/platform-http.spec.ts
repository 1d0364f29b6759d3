import { startTestApp, type TestApp } from '../support/app.js';

describe('the server at its edge', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('lives and is ready', async () => {
    expect((await server.request('GET', '/health/live')).status).toBe(200);
    const ready = await server.request('GET', '/health/ready');
    expect(await ready.json()).toEqual({
      state: 'up',
      checks: { database: { state: 'up' }, migrations: { state: 'up' }, queue: { state: 'up' } },
    });
  });
});
