import type { StatementsWire, VerificationWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const OF_GEMINI = { pool: null, provider: 'google', model: 'gemini-2.5-flash' };

describe('what is not tokens of text', () => {
  let app: TestApp;
  const bill = () => ask<StatementsWire>(app, 'GET', '/v1/statements/2026-11');
  const verify = () => ask<VerificationWire>(app, 'POST', '/v1/statements/2026-11/verifications');

  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 20));
    await ask(app, 'POST', '/v1/teams', { team: 'search' });
    await setUpPool(app, {
      pool: 'h100-east',
      hourlyRate: '4',
      from: '2026-11-01T12:00:00Z',
      to: '2026-11-01T12:15:00Z',
      weights: { inputUncached: '1', output: '2' },
    });
    const { body } = await sendAndWait(app, [
      // 85 of text at $0.30, 144 of audio at $1, 17 of output at $2.50 a million: a published price.
      usageEvent('speech', {
        ...OF_GEMINI,
        tokens: { inputUncached: 229, output: 17 },
        modalities: { audio: { inputUncached: 144 } },
      }),
      // Images have no price of their own there: 100 x $0.30, 60 of them of text.
      usageEvent('picture', {
        ...OF_GEMINI,
        tokens: { inputUncached: 100 },
        modalities: { image: { inputUncached: 40 } },
      }),
      // 2 searches at $10 a thousand beside 1,000 tokens at $3 and $15 a million.
      usageEvent('search', {
        ...{ pool: null, provider: 'anthropic', model: 'claude-sonnet-4-5' },
        tokens: { inputUncached: 1000, output: 1000 },
        units: { webSearches: 2 },
      }),
      // 90 seconds at $0.111 an hour, no tokens at all.
      usageEvent('dictation', {
        ...{ pool: null, provider: 'groq', model: 'whisper-large-v3' },
        tokens: undefined,
        units: { audioSeconds: 90 },
      }),
      usageEvent('unsold', { ...OF_GEMINI, tokens: { output: 1 }, units: { documentPages: 3 } }),
      // On a pool of $1: weights 100 + 2 x 50 of text, 200 of audio.
      usageEvent('own', {
        tokens: { inputUncached: 300, output: 50 },
        modalities: { audio: { inputUncached: 200 } },
        units: { images: 1 },
      }),
    ]);
    expect(body).toMatchObject({ accepted: 6, rejected: 0 });
  });

  afterAll(() => app.close());

  it('has lines of its own, at its own prices', async () => {
    const { teams, pools } = await bill();
    const lines = (teams.find(({ team }) => team === 'search')?.lines ?? []).map((line) =>
      [
        line.model,
        line.tokenClass,
        line.modality,
        line.requests,
        line.quantity,
        line.unit,
        line.kind,
        line.effective,
      ].join(' '),
    );
    expect(lines.sort()).toEqual([
      'claude-sonnet-4-5   0 2 web_searches used 0.02',
      'claude-sonnet-4-5 inputUncached  1 1000 tokens used 0.003',
      'claude-sonnet-4-5 output  0 1000 tokens used 0.015',
      'gemini-2.5-flash   0 3 document_pages unpriced ',
      'gemini-2.5-flash inputUncached  3 145 tokens used 0.0000435',
      'gemini-2.5-flash inputUncached audio 0 144 tokens used 0.000144',
      'gemini-2.5-flash inputUncached image 0 40 tokens used 0.000012',
      'gemini-2.5-flash output  0 18 tokens used 0.000045',
      'llama-3.3-70b   0 1 images used 0',
      'llama-3.3-70b inputUncached  1 100 tokens used 0.25',
      'llama-3.3-70b inputUncached audio 0 200 tokens used 0.5',
      'llama-3.3-70b output  0 50 tokens used 0.25',
      'whisper-large-v3   0 90 audio_seconds used 0.002775',
      'whisper-large-v3 inputUncached  1 0 tokens used 0',
    ]);
    expect(pools).toMatchObject([{ pool: 'h100-east', unexplained: '0', usage: { requests: '1' } }]);
  });

  it('counts every request once and all of its tokens', async () => {
    const { usage, unpriced } = await bill();
    expect(usage).toMatchObject({ requests: '6', tokens: { inputUncached: '1629', output: '1068' } });
    expect(unpriced).toEqual({ lines: 1, requests: '0', tokens: '0' });
  });

  it('counts once whatever is sent again, and is a conflict when it says otherwise', async () => {
    const again = { ...OF_GEMINI, tokens: { inputUncached: 100 }, modalities: { image: { inputUncached: 40 } } };
    const other = { ...again, modalities: { image: { inputUncached: 41 } } };
    const { body } = await sendAndWait(app, [usageEvent('picture', again), usageEvent('picture', other)]);
    expect(body).toMatchObject({ duplicates: 1, rejected: 1, events: [{}, { code: 'event.conflict' }] });
    // Kept as it was understood, to be sent again.
    const { data } = await ask<{ data: { quarantineId: string }[] }>(app, 'GET', '/v1/quarantine');
    const kept = await ask<{ raw: string }>(app, 'GET', `/v1/quarantine/${data[0]?.quarantineId ?? ''}`);
    expect(JSON.parse(kept.raw)).toMatchObject({
      tokens: { inputUncached: 100 },
      modalities: { image: { inputUncached: 41 } },
    });
  });

  it('is recomputed from the raw events, and a sum that was tampered with is found', async () => {
    expect(await verify()).toMatchObject({ agrees: true, checked: { events: '6' }, firstDifference: null });
    const { dataSource } = app.database;
    const tamper = (by: number) =>
      dataSource.query(`update metered_unit set quantity = quantity + $1 where unit = 'webSearches'`, [by]);
    await tamper(1);
    expect(await verify()).toMatchObject({
      firstDifference: {
        what: 'bucket',
        expected: expect.stringContaining(', webSearches 2'),
        found: expect.stringContaining(', webSearches 3'),
      },
    });
    await tamper(-1);
    const [{ dimension_id: audio } = { dimension_id: 0 }] = await dataSource.query<{ dimension_id: number }[]>(
      `select dimension_id from usage_dimension where modality = 'audio' and pool is null`,
    );
    await dataSource.query('update metered_usage set output = output + 1 where dimension_id = $1', [audio]);
    expect(await verify()).toMatchObject({ firstDifference: { what: 'bucket' } });
    await dataSource.query('update metered_usage set output = output - 1 where dimension_id = $1', [audio]);
  });

  it('is closed, kept and exported as it is drafted', async () => {
    app.clock.set(Date.UTC(2026, 11, 2));
    const draft = await bill();
    await ask(app, 'POST', '/v1/statements/2026-11/close', {
      accept: ['unpriced_usage', 'quarantine_open'],
      reason: 'pages are not sold',
    });
    const closed = await bill();
    expect(closed.state).toBe('closed');
    expect(closed.teams.map(({ lines }) => lines)).toEqual(draft.teams.map(({ lines }) => lines));
    expect(await verify()).toMatchObject({ agrees: true, sinceClose: { lines: 0 } });
    const csv = await (await app.request('GET', '/v1/statements/2026-11/chargeback.csv')).text();
    expect(csv.split('\r\n').filter((row) => row.includes(',audio,'))).toHaveLength(2);
  });
});
