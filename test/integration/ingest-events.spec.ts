import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { read, send, sendAndWait, usageEvent } from '../support/usage-events.js';

describe('events from HTTP to their buckets', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_BILLABLE_TAGS: 'env' } });
  });
  afterAll(() => app.close());

  const sql = (text: string, values: unknown[] = []) =>
    app.database.dataSource.query<Record<string, unknown>[]>(text, values);
  const counted = async (source: string) => {
    const [row] = await sql(
      `select count(*)::int as events from usage_event join event_source using (account_id, source_id) where source = $1`,
      [source],
    );
    return row?.events;
  };

  it('writes each event, its sums and its team', async () => {
    const events = [
      usageEvent('a', {
        source: 'first',
        team: 'core',
        project: 'ranker',
        inferenceMs: 2140.5,
        prefillMs: 310,
        tags: { env: 'prod', x: '1' },
      }),
      usageEvent('b', {
        source: 'first',
        team: 'core',
        project: 'ranker',
        inferenceMs: 1,
        tags: { env: 'prod', x: '2' },
      }),
      usageEvent('c', {
        source: 'first',
        team: 'core',
        project: 'ranker',
        tags: { env: 'prod' },
        occurredAt: '2026-11-01T12:15:00Z',
      }),
    ];
    expect(await sendAndWait(app, events)).toMatchObject({
      status: 200,
      body: {
        state: 'done',
        received: 3,
        accepted: 3,
        duplicates: 0,
        rejected: 0,
        events: [0, 1, 2].map((index) => ({ index, outcome: 'accepted' })),
      },
    });
    expect(
      await sql(`select charge_period, requests, input_uncached, cache_read, output, inference_micros, prefill_micros, untimed_requests,
        project, service_tier, context_from, status, billable_tags
        from metered_usage join usage_dimension using (account_id, dimension_id) where team = 'core' order by 1`),
    ).toEqual([
      {
        charge_period: new Date('2026-11-01T12:00:00Z'),
        requests: '2',
        input_uncached: '2400',
        cache_read: '1600',
        output: '700',
        inference_micros: '2141500',
        prefill_micros: '310000',
        untimed_requests: '0',
        project: 'ranker',
        service_tier: 'standard',
        context_from: '0',
        status: 'ok',
        billable_tags: { env: 'prod' },
      },
      expect.objectContaining({
        charge_period: new Date('2026-11-01T12:15:00Z'),
        requests: '1',
        untimed_requests: '1',
        inference_micros: '0',
      }),
    ]);
    expect(
      await sql(`select event_id, occurred_at, inference_micros, tags from usage_event where event_id = 'a'`),
    ).toEqual([
      {
        event_id: 'a',
        occurred_at: new Date('2026-11-01T12:00:00.123Z'),
        inference_micros: '2140500',
        tags: { env: 'prod', x: '1' },
      },
    ]);
    expect(await sql(`select registered_by from team where team = 'core'`)).toEqual([{ registered_by: 'event' }]);
    expect(await sql('select count(*)::int as n from usage_event_default')).toEqual([{ n: 0 }]);
  });

  it('tells accepted, duplicate and rejected apart, the same at once and later', async () => {
    await sendAndWait(app, usageEvent('known', { source: 'mixed' }));
    const answer = await sendAndWait(app, [
      usageEvent('new', { source: 'mixed' }),
      usageEvent('known', { source: 'mixed', occurredAt: '2026-10-01T00:00:00Z' }),
      usageEvent('known', { source: 'mixed', team: 'other' }),
      usageEvent('bad', { source: 'mixed', tokens: { output: -1 } }),
      usageEvent('new', { source: 'mixed' }),
      usageEvent('new', { source: 'mixed', model: 'other' }),
    ]);
    const conflict = { outcome: 'rejected', code: 'event.conflict', pointer: '', quarantineId: expect.any(String) };
    expect(answer).toMatchObject({
      status: 207,
      body: {
        state: 'done',
        received: 6,
        accepted: 1,
        duplicates: 2,
        rejected: 3,
        events: [
          { index: 0, outcome: 'accepted' },
          { index: 1, outcome: 'duplicate' },
          { index: 2, ...conflict },
          {
            index: 3,
            outcome: 'rejected',
            code: 'event.tokens_negative',
            pointer: '/tokens/output',
            detail: 'must not be negative',
          },
          { index: 4, outcome: 'duplicate' },
          { index: 5, ...conflict },
        ],
      },
    });
    expect(await counted('mixed')).toBe(2);
    const later = await read(await app.request('GET', `/v1/batches/${String(answer.body.batchId)}`));
    expect(later).toMatchObject({ status: 200, body: answer.body });
    expect(answer.headers.get('location')).toBe(`/v1/batches/${String(answer.body.batchId)}`);
  });

  it('tells the few known events of a large batch, time after time', async () => {
    const batch = (...ids: number[]) => ids.map((id) => usageEvent(`n${id}`, { source: 'large' }));
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const outcomes = async (ids: number[]) => (await sendAndWait(app, batch(...ids))).body;
    expect(await outcomes(range(0, 600))).toMatchObject({ accepted: 600, duplicates: 0 });
    // The first of these is the last that is known, and then every other one.
    const overlapping = await outcomes(range(599, 1_299));
    expect(overlapping).toMatchObject({ accepted: 699, duplicates: 1, rejected: 0 });
    expect(overlapping.events).toContainEqual({ index: 0, outcome: 'duplicate' });
    expect(await outcomes(range(0, 2_600).filter((n) => n % 2 === 0))).toMatchObject({
      accepted: 650,
      duplicates: 650,
    });
    expect(await counted('large')).toBe(1_299 + 650);
  });

  it('counts an event once across months and sends', async () => {
    const event = usageEvent('once', { source: 'months' });
    for (const occurredAt of ['2026-01-15T00:00:00Z', '2026-05-15T00:00:00Z', '2023-12-31T23:59:59.999Z']) {
      await sendAndWait(app, { ...event, occurredAt });
    }
    expect(await counted('months')).toBe(1);
    await sendAndWait(app, { ...event, source: 'months-2', occurredAt: '2020-01-01T00:00:00Z' });
    expect(
      await sql(
        `select tableoid::regclass::text as part from usage_event where event_id = 'once' order by occurred_at`,
      ),
    ).toEqual([{ part: 'usage_event_2020_01' }, { part: 'usage_event_2026_01' }]);
  });

  it('answers 202 with what the door refused, and the rest later', async () => {
    const { status, body, headers } = await send(app, [usageEvent('p', { source: 'pending' }), { id: 'q' }]);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: {
        state: 'pending',
        finishedAt: null,
        received: 2,
        accepted: 1,
        rejected: 1,
        events: [{ index: 1, code: 'event.field_missing' }],
      },
    });
    const done = await app.request('GET', headers.get('location') ?? '', undefined, { prefer: 'wait=30' });
    expect(await read(done)).toMatchObject({
      body: { state: 'done', accepted: 1, rejected: 1, events: [{ outcome: 'accepted' }, { outcome: 'rejected' }] },
    });
  });

  it('refuses a batch without one good event as a whole, and keeps each', async () => {
    expect(await send(app, [{ id: 'x' }, 7])).toMatchObject({
      status: 422,
      body: {
        code: 'ingest.all_rejected',
        errors: [
          { pointer: '/0/source', code: 'event.field_missing' },
          { pointer: '/1', code: 'event.not_an_object' },
        ],
      },
    });
    expect(await send(app, usageEvent('z', { tokens: { output: 1.5 } }))).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/tokens/output', code: 'event.tokens_fractional' }] },
    });
    expect(await sendAndWait(app, [{ id: 'x' }])).toMatchObject({ status: 207, body: { rejected: 1, state: 'done' } });
  });

  it.each([
    ['application/x-ndjson', (e: object[]) => e.map((one) => JSON.stringify(one)).join('\n')],
    ['application/ndjson', (e: object[]) => e.map((one) => `${JSON.stringify(one)}\r\n`).join('')],
    ['application/json; charset=utf-8', (e: object[]) => JSON.stringify(e)],
    [
      'application/cloudevents-batch+json',
      (e: object[]) =>
        JSON.stringify(
          e.map((data, i) => ({
            specversion: '1.0',
            type: 't',
            source: 's',
            id: `ce-${i}`,
            data: { ...data, source: undefined, id: undefined },
          })),
        ),
    ],
  ])('reads %s, also compressed', async (type, render) => {
    const events = ['1', '2'].map((id) => usageEvent(id, { source: `format ${type}` }));
    const headers = { 'content-type': type };
    expect(await sendAndWait(app, render(events), headers)).toMatchObject({ status: 200, body: { accepted: 2 } });
    const zipped = await sendAndWait(app, gzipSync(render(events)), { ...headers, 'content-encoding': 'gzip' });
    expect(zipped).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 2 } });
  });

  it('reads one CloudEvent', async () => {
    const { source, id, occurredAt, ...data } = usageEvent('ce', { source: 'cloud' });
    const envelope = { specversion: '1.0', type: 'usage', source, id, time: occurredAt, data };
    expect(await sendAndWait(app, envelope, { 'content-type': 'application/cloudevents+json' })).toMatchObject({
      status: 200,
    });
    expect(await sendAndWait(app, usageEvent('ce', { source: 'cloud' }))).toMatchObject({ body: { duplicates: 1 } });
  });

  it('gives a batch to nobody who has not its name', async () => {
    for (const name of ['nonsense', 'A'.repeat(32)]) {
      expect((await app.request('GET', `/v1/batches/${name}`)).status).toBe(404);
    }
    expect((await app.request('POST', '/v1/events', [], { authorization: 'Bearer no' })).status).toBe(401);
  });

  it('takes events of a remembered key as it did at first, and none once it is revoked or where its scopes do not reach', async () => {
    const key = async (...scopes: string[]) => {
      const { body } = await read(await app.request('POST', '/v1/keys', { name: 'sender', scopes }));
      return { apiKeyId: String(body.apiKeyId), headers: { authorization: `Bearer ${String(body.key)}` } };
    };
    const sender = await key('events:write');
    const reader = await key('costs:read');
    const event = usageEvent('known', { source: 'remembered' });
    for (const status of [202, 202]) {
      const answer = await send(app, event, { ...sender.headers, 'x-request-id': 'mine' });
      expect(answer).toMatchObject({
        status,
        body: { state: 'pending', received: 1, accepted: 1, rejected: 0, events: [] },
      });
      expect(answer.headers.get('x-request-id')).toBe('mine');
      expect(answer.headers.get('location')).toBe(`/v1/batches/${String(answer.body.batchId)}`);
      expect(await send(app, '[', sender.headers)).toMatchObject({
        status: 400,
        body: { code: 'ingest.malformed_json' },
      });
    }
    for (let i = 0; i < 2; i += 1) {
      expect(await send(app, event, reader.headers)).toMatchObject({
        status: 403,
        body: { code: 'auth.missing_scope' },
      });
    }
    expect((await app.request('DELETE', `/v1/keys/${sender.apiKeyId}`)).status).toBe(200);
    expect(await send(app, event, sender.headers)).toMatchObject({ status: 401, body: { code: 'auth.invalid_key' } });
    // Nothing of it is to wait when the next test looks.
    expect(await sendAndWait(app, event)).toMatchObject({ body: { duplicates: 1 } });
  });

  it('publishes the event in the OpenAPI document', async () => {
    const { body } = await read(await app.request('GET', '/openapi.json'));
    expect(body).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/v1/events': {
          post: {
            requestBody: {
              content: {
                'application/json': {
                  schema: { oneOf: [{ required: expect.arrayContaining(['source', 'id', 'model']) }, {}] },
                },
              },
            },
          },
        },
        '/v1/batches/{batchId}': { get: {} },
        '/v1/quarantine/{quarantineId}/replay': { post: {} },
      },
    });
  });

  it('counts what it does', async () => {
    const scrape = async () => (await app.request('GET', '/metrics')).text();
    await eventually(async () => expect(await scrape()).toContain('apportion_ingest_inbox_waiting_events 0'));
    const metrics = await scrape();
    for (const outcome of ['received', 'rejected', 'accepted', 'duplicate', 'conflict']) {
      expect(metrics).toMatch(new RegExp(`apportion_ingest_events_total\\{outcome="${outcome}"\\} [1-9]`));
    }
    expect(metrics).toContain('apportion_ingest_inbox_age_seconds 0');
    expect(metrics).toMatch(/apportion_ingest_flush_seconds_count [1-9]/);
  });
});
