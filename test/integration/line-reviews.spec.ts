import type {
  AcknowledgementWire,
  CloseFindingsWire,
  DisputeWire,
  Page,
  StatementLineWire,
  StatementsWire,
} from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const OCTOBER = '2026-10';

describe('what is said of a line', () => {
  let app: TestApp;
  let cli: Cli;
  let lead: string;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    app.clock.set(Date.UTC(2026, 10, 2));
    await sendAndWait(
      app,
      ['search', 'ads', 'maps'].map((team) =>
        usageEvent(team, {
          ...{ team, pool: null, provider: 'openai', model: 'gpt-4o', occurredAt: '2026-10-05T12:00:00Z' },
          tokens: { inputUncached: 1_000_000, output: 1000 },
        }),
      ),
    );
    const scopes = ['statements:read', 'statements:review'];
    lead = (await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'search lead', scopes })).key;
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const call = async (method: string, path: string, body?: unknown, key = app.key) =>
    read(await app.request(method, path, body, { authorization: `Bearer ${key}` }));
  const linesOf = async (period = OCTOBER) =>
    (await ask<StatementsWire>(app, 'GET', `/v1/statements/${period}`)).teams.flatMap(({ lines }) => lines);
  const lineOf = async (team: string, tokenClass = 'inputUncached'): Promise<StatementLineWire> => {
    const found = (await linesOf()).find((line) => line.team === team && line.tokenClass === tokenClass);
    if (!found) throw new Error(`no line of ${team}`);
    return found;
  };
  const disputes = async (query = '') => (await ask<Page<DisputeWire>>(app, 'GET', `/v1/disputes${query}`)).data;
  const findings = async (period: string) =>
    (await ask<CloseFindingsWire>(app, 'GET', `/v1/statements/${period}/close-findings`)).findings.filter(
      ({ check }) => check === 'open_dispute',
    );

  it('is nothing at first', async () => {
    for (const line of await linesOf()) expect(line).not.toHaveProperty('review');
    expect(await disputes()).toEqual([]);
  });

  it('keeps who disputes what it showed, why and when, once at a time', async () => {
    const line = await lineOf('search');
    const path = `/v1/charges/${line.id.slice(0, 20)}/disputes`;
    const opened = await call('POST', path, { comment: 'we never used gpt-4o, did we? ÄÖ' }, lead);
    expect(opened).toMatchObject({
      status: 201,
      body: {
        ...{ lineId: line.id, period: OCTOBER, team: 'search', state: 'open', answer: null },
        ...{ comment: 'we never used gpt-4o, did we? ÄÖ', openedBy: expect.stringMatching(/^search lead \(\w+\)$/) },
        shown: { closeNumber: null, currency: 'USD', effective: '2.5', billed: '2.50' },
      },
    });
    expect(opened.body.openedAt).toMatch(/^2026-11-02T00:/);
    const open = { status: 409, body: { code: 'statement.dispute_open' } };
    expect(await call('POST', path, { comment: 'again' }, lead)).toMatchObject(open);
    expect(await call('POST', `/v1/charges/${line.id}/acknowledgements`, {}, lead)).toMatchObject(open);
    expect(await lineOf('search')).toMatchObject({ review: 'open' });
    expect(await lineOf('ads')).not.toHaveProperty('review');
  });

  it('lets one of many disputes at once through', async () => {
    const { id } = await lineOf('maps');
    const comments = ['one', 'two', 'three', 'four'];
    const answers = await Promise.all(
      comments.map((comment) => call('POST', `/v1/charges/${id}/disputes`, { comment })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(await disputes('?team=maps')).toHaveLength(1);
  });

  it('acknowledges a line, and the same once more changes nothing', async () => {
    const { id } = await lineOf('ads');
    const path = `/v1/charges/${id}/acknowledgements`;
    const said = await ask<AcknowledgementWire>(app, 'POST', path, { comment: 'as expected' });
    expect(said).toMatchObject({ lineId: id, team: 'ads', comment: 'as expected', shown: { billed: '2.50' } });
    app.clock.set(Date.UTC(2026, 10, 3));
    expect(await ask<AcknowledgementWire>(app, 'POST', path, { comment: 'as expected' })).toEqual(said);
    const again = await ask<AcknowledgementWire>(app, 'POST', path);
    expect(again).toMatchObject({ comment: null, acknowledgedAt: expect.stringMatching(/^2026-11-03/) });
    expect(await lineOf('ads')).toMatchObject({ review: 'acknowledged' });
    const rows = await app.database.dataSource.query<unknown[]>(
      `select from line_review where action = 'acknowledgement'`,
    );
    expect(rows).toHaveLength(2);
  });

  it('lists disputes by month, team and state, in pages', async () => {
    expect((await disputes()).map(({ team }) => team)).toEqual(['search', 'maps']);
    expect((await disputes(`?period=${OCTOBER}&team=maps&state=open`)).map(({ team }) => team)).toEqual(['maps']);
    expect(await disputes('?state=answered')).toEqual([]);
    expect(await disputes('?period=2026-09')).toEqual([]);
    const first = await ask<Page<DisputeWire>>(app, 'GET', '/v1/disputes?limit=1');
    expect(first.data.map(({ team }) => team)).toEqual(['search']);
    const next = await ask<Page<DisputeWire>>(app, 'GET', `/v1/disputes?limit=1&cursor=${first.nextCursor ?? ''}`);
    expect(next).toMatchObject({ data: [{ team: 'maps' }], nextCursor: null });
  });

  it('holds the close of the month, and once that is closed of the next', async () => {
    const [first] = await disputes();
    expect(await findings(OCTOBER)).toMatchObject([
      { acceptable: true, detail: `2 disputes are not answered, the first of line ${first?.lineId ?? ''}` },
    ]);
    const held = await call('POST', `/v1/statements/${OCTOBER}/close`, {});
    expect(held).toMatchObject({ status: 409, body: { errors: [{ code: 'statement.open_dispute' }] } });
    const accepted = { accept: ['open_dispute'], reason: 'the teams will be answered next week' };
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/close`, accepted);
    app.clock.set(Date.UTC(2026, 11, 2));
    expect(await findings('2026-11')).toHaveLength(1);
    expect(await lineOf('search')).toMatchObject({ review: 'open' });
  });

  it('is answered once, by finance; then the line can be disputed as it is on its close', async () => {
    const [first] = await disputes('?team=search');
    const path = `/v1/disputes/${first?.disputeId ?? ''}/answers`;
    const body = { comment: 'your nightly job did', resolution: 'rejected' };
    expect(await call('POST', path, body, lead)).toMatchObject({ status: 403 });
    const answered = await call('POST', path, body);
    expect(answered).toMatchObject({
      status: 201,
      body: { state: 'answered', answer: { ...body, answeredAt: expect.stringMatching(/^2026-12-02/) } },
    });
    expect(await call('POST', path, body)).toMatchObject({ status: 409, body: { code: 'statement.dispute_answered' } });
    expect(await lineOf('search')).toMatchObject({ review: 'answered' });
    expect(await findings('2026-11')).toMatchObject([{ detail: expect.stringMatching(/^a dispute is not answered/) }]);
    const again = await ask<DisputeWire>(app, 'POST', `/v1/charges/${first?.lineId ?? ''}/disputes`, { comment: 'no' });
    expect(again).toMatchObject({ shown: { closeNumber: 1, billed: '2.50' }, state: 'open' });
    expect(await disputes('?team=search&state=answered')).toHaveLength(1);
  });

  it('is said and shown by the command line', async () => {
    const { id } = await lineOf('search', 'output');
    const digits = id.slice('2026-10.'.length, 20);
    expect(await cli.run('acknowledge', digits, '--period', OCTOBER)).toMatchObject({
      exitCode: 0,
      stdout: `${id} of search is acknowledged: 0.01 USD\n`,
    });
    const { stdout } = await cli.run('disputes', 'open', id, '--comment', 'too dear');
    const number = /^dispute (\d+) of \S+ of search is open: 0\.01 USD$/m.exec(stdout)?.[1] ?? '';
    expect(await cli.run('disputes', 'open', id, '--comment', 'twice')).toMatchObject({ exitCode: 4 });
    const listed = await cli.run('disputes', 'list', '--state', 'open', '--team', 'search');
    expect(listed.stdout).toMatch(new RegExp(`^ *${number} +${id} +search +0\\.01 +USD .* too dear +open$`, 'm'));
    const answer = ['--resolution', 'will_correct', '--comment', 'the price is put right'];
    expect((await cli.run('disputes', 'answer', number, ...answer)).stdout).toBe(
      `dispute ${number} is answered: will_correct\n`,
    );
    expect(await cli.run('disputes', 'answer', number, '--resolution', 'maybe', '--comment', 'x')).toMatchObject({
      exitCode: 2,
    });
    expect((await cli.run('disputes', 'list', '--team', 'nobody')).stderr).toContain('there is no such dispute');
  });

  it('refuses what is no line, no text, no dispute and no right', async () => {
    const { id } = await lineOf('ads');
    const nothing = '2026-10.00000000000000000000';
    const noLine = { status: 404, body: { code: 'statement.line_not_found' } };
    expect(await call('POST', `/v1/charges/${nothing}/disputes`, { comment: 'x' })).toMatchObject(noLine);
    expect(await call('POST', `/v1/charges/${nothing}/acknowledgements`)).toMatchObject(noLine);
    const texts = ['', ' ', 'two\nlines', 'a\u0000b', 'x'.repeat(2001), 7, undefined];
    for (const comment of texts)
      expect(await call('POST', `/v1/charges/${id}/disputes`, { comment })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', errors: [{ pointer: '/comment' }] },
      });
    const answer = { comment: 'x', resolution: 'upheld' };
    expect(await call('POST', '/v1/disputes/999999/answers', answer)).toMatchObject({
      status: 404,
      body: { code: 'statement.dispute_not_found' },
    });
    expect((await call('POST', '/v1/disputes/x/answers', answer)).status).toBe(400);
    for (const query of ['?state=none', '?limit=0', '?cursor=WyJhIl0', '?period='])
      expect((await call('GET', `/v1/disputes${query}`)).status).toBe(400);
    const reader = (await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'r', scopes: ['statements:read'] }))
      .key;
    expect((await call('POST', `/v1/charges/${id}/disputes`, { comment: 'x' }, reader)).status).toBe(403);
    expect((await call('GET', '/v1/disputes', undefined, reader)).status).toBe(200);
  });

  it.each([`update line_review set comment = 'other'`, `delete from line_review`, `truncate line_review`])(
    'has the database refuse: %s',
    async (statement) => {
      await expect(app.database.dataSource.query(statement)).rejects.toThrow('append-only');
    },
  );
});
