import type {
  ClosedWire,
  CloseFindingsWire,
  CloseWire,
  JournalWire,
  StatementsWire,
  VerificationWire,
} from '#contract';
import { SqlCloseStore } from '../../libs/statement/adapter/sql-close-store.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';
const NOVEMBER = '2026-11';

/** A close that follows the third, true but for what it closes. */
const CLOSE_4 = `insert into statement_close
  select 1, 4, '2027-09', '{}', hash, encode(sha256(convert_to(hash || E'\\n' || '{}', 'UTF8')), 'hex')
  from statement_close where close_number = 3`;

describe('closing a month', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    for (const month of ['10', '11'])
      await setUpPool(app, {
        pool: month === '10' ? 'p5' : 'p6',
        hourlyRate: '55.04',
        from: `2026-${month}-01T10:00:00Z`,
        to: `2026-${month}-01T11:00:00Z`,
        weights: { inputUncached: '1', output: '2' },
      });
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-7' });
  });
  afterAll(() => app.close());

  const get = <T>(path: string) => ask<T>(app, 'GET', path);
  const call = async (method: string, path: string, body?: unknown) => read(await app.request(method, path, body));
  const close = (period: string, body?: unknown) => call('POST', `/v1/statements/${period}/close`, body);
  const sql = <T>(text: string) => app.database.dataSource.query<T>(text);
  const verify = (period: string) => ask<VerificationWire>(app, 'POST', `/v1/statements/${period}/verifications`);
  const usage = (id: string, team: string, more: Record<string, unknown> = {}) =>
    usageEvent(id, { team, pool: 'p5', occurredAt: '2026-10-01T10:05:00Z', ...more });

  it('holds what is not over, not whole or not known, and names it', async () => {
    app.clock.set(Date.UTC(2026, 9, 20));
    await sendAndWait(app, [
      usage('o1', 'search'),
      usage('o2', 'ads'),
      usage('o3', 'ads', { pool: 'nowhere' }),
      usage('o4', 'ads', { tokens: { output: -1 } }),
    ]);
    const early = await get<CloseFindingsWire>(`/v1/statements/${OCTOBER}/close-findings`);
    expect(early).toMatchObject({ closable: false });
    expect(early.findings.map(({ check, acceptable }) => [check, acceptable])).toEqual([
      ['period_not_over', false],
      ['quarantine_open', true],
      ['unpriced_usage', true],
      ['missing_cost', true],
    ]);
    const accept = ['quarantine_open', 'unpriced_usage', 'missing_cost'];
    expect(await close(OCTOBER, { accept, reason: 'no' })).toMatchObject({
      status: 409,
      body: { code: 'statement.held', errors: [{ code: 'statement.period_not_over' }] },
    });
    app.clock.set(Date.UTC(2026, 10, 2));
    expect(await close(OCTOBER)).toMatchObject({ status: 409, body: { code: 'statement.held' } });
    expect(await close(OCTOBER, { accept })).toMatchObject({ status: 400, body: { code: 'statement.reason_missing' } });
    expect(await close(OCTOBER, { accept: ['period_not_over'], reason: 'x' })).toMatchObject({ status: 400 });
    expect((await get<StatementsWire>(`/v1/statements/${OCTOBER}`)).state).toBe('draft');
  });

  it('freezes the lines, enters them balanced in the ledger, and says who did it', async () => {
    const draft = await get<StatementsWire>(`/v1/statements/${OCTOBER}`);
    const accept = ['quarantine_open', 'unpriced_usage', 'missing_cost'];
    const answer = await close(OCTOBER, { accept, reason: 'a test request' });
    expect(answer).toMatchObject({ status: 201, body: { state: 'closed' } });
    const closed = await get<StatementsWire>(`/v1/statements/${OCTOBER}`);
    const { teams, total, closing } = closed;
    expect(answer.body).toMatchObject({ total, closing, lineCount: teams.flatMap(({ lines }) => lines).length });
    expect(teams).toMatchObject((answer.body as ClosedWire).teams);
    expect({ ...closed, state: 'draft', closing: null }).toEqual(draft);
    expect(closed.closing).toMatchObject({
      closeNumber: 1,
      closedBy: expect.stringMatching(/^bootstrap \([0-9a-f]{12}\)$/),
      reason: 'a test request',
      previousHash: null,
      issuedAt: null,
    });
    expect(closed.closing?.accepted.map(({ check }) => check)).toEqual(accept);

    const journal = await get<JournalWire>(`/v1/statements/${OCTOBER}/journal`);
    expect(journal).toMatchObject({ debits: '55.04', credits: '55.04', currency: 'USD' });
    expect(journal.postings).toContainEqual(
      expect.objectContaining({ ledgerAccount: 'clearing:pool:p5', debit: '0.00', credit: '55.04' }),
    );
    expect(journal.postings).toContainEqual(
      expect.objectContaining({ ledgerAccount: 'chargeback', team: 'search', costCenter: 'cc-7', debit: '6.88' }),
    );
    expect(await close(OCTOBER)).toMatchObject({ status: 409, body: { code: 'statement.already_closed' } });
    const csv = await app.request('GET', `/v1/statements/${OCTOBER}/chargeback.csv`);
    expect(csv.headers.get('content-disposition')).toContain(`chargeback_${OCTOBER}_all_closed.csv`);
  });

  it('changes nothing of it for what arrives later, and tells how much that is', async () => {
    const before = await get<StatementsWire>(`/v1/statements/${OCTOBER}`);
    expect(await verify(OCTOBER)).toMatchObject({ agrees: true, sinceClose: { lines: 0, billed: '0.00' } });
    await sendAndWait(app, usage('late', 'newcomer', { tokens: { output: 9_000 } }));
    expect(await get(`/v1/statements/${OCTOBER}`)).toEqual(before);
    const { agrees, sinceClose } = await verify(OCTOBER);
    expect(agrees).toBe(true);
    // The cost of the quarter is divided anew among three teams: its sum stays.
    expect(sinceClose?.lines).toBeGreaterThan(2);
    expect(sinceClose?.billed).toBe('0.00');
  });

  it('corrects it on the next month, line by line with the cause, and adds up', async () => {
    const november = await get<StatementsWire>(`/v1/statements/${NOVEMBER}`);
    const corrections = november.teams.flatMap(({ lines }) => lines).filter(({ correction }) => correction !== null);
    expect(corrections.every(({ correction }) => correction?.period === OCTOBER)).toBe(true);
    const causes = corrections.map(({ team, tokenClass, requests, correction }) => {
      return [team, tokenClass, requests, correction?.cause];
    });
    expect(causes).toContainEqual(['newcomer', 'output', '0', 'usage']);
    expect(causes).toContainEqual(['newcomer', 'inputUncached', '1', 'usage']);
    expect(causes).toContainEqual(['search', 'output', '0', 'share']);
    expect(november.corrections.billed).toBe('0.00');
    expect(november.pools.map(({ pool, unexplained }) => [pool, unexplained])).toEqual([['p6', '0']]);
    // A month later on nothing of it shows: it is corrected once.
    const december = await get<StatementsWire>('/v1/statements/2026-12');
    expect(december.teams).toEqual([]);
    const csv = await (await app.request('GET', `/v1/statements/${NOVEMBER}/chargeback.csv`)).text();
    expect(csv).toMatch(/,Correction,2026-10,share,/);
  });

  it('tells what is no month from what is not closed', async () => {
    for (const path of ['2026-13/journal', 'nonsense/journal'])
      expect(await call('GET', `/v1/statements/${path}`)).toMatchObject({ body: { code: 'statement.bad_period' } });
    expect(await call('POST', '/v1/statements/2026-13/issue')).toMatchObject({ status: 400 });
  });

  it('issues what is closed, once', async () => {
    expect(await call('POST', `/v1/statements/${NOVEMBER}/issue`)).toMatchObject({
      status: 409,
      body: { code: 'statement.not_closed' },
    });
    const issued = await call('POST', `/v1/statements/${OCTOBER}/issue`);
    expect(issued).toMatchObject({ status: 200, body: { state: 'issued' } });
    expect(await call('POST', `/v1/statements/${OCTOBER}/issue`)).toMatchObject({
      status: 409,
      body: { code: 'statement.already_issued' },
    });
    expect(await get(`/v1/statements/${OCTOBER}`)).toMatchObject({
      state: 'issued',
      closing: (issued.body as ClosedWire).closing,
    });
  });

  it('chains the next close to it, whoever closes at once', async () => {
    app.clock.set(Date.UTC(2026, 11, 2));
    await sendAndWait(app, usage('n1', 'search', { pool: 'p6', occurredAt: '2026-11-01T10:05:00Z' }));
    const body = { accept: ['quarantine_open'], reason: 'the same one' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => close(NOVEMBER, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const { data } = await get<{ data: CloseWire[] }>('/v1/closes');
    expect(data.map(({ period, closeNumber }) => [period, closeNumber])).toEqual([
      [OCTOBER, 1],
      [NOVEMBER, 2],
    ]);
    expect(data[1]?.previousHash).toBe(data[0]?.hash);
    // What was corrected is billed: nothing is left of it for the month after.
    expect((await get<StatementsWire>('/v1/statements/2026-12')).teams).toEqual([]);
    expect(await verify(OCTOBER)).toMatchObject({ agrees: true, sinceClose: { lines: 0, billed: '0.00' } });
    expect(await close('2026-09')).toMatchObject({ status: 409, body: { code: 'statement.out_of_order' } });
    const page = await get<{ data: CloseWire[]; nextCursor: string }>('/v1/closes?limit=1');
    expect(await get(`/v1/closes?limit=1&cursor=${page.nextCursor}`)).toEqual({ data: [data[1]], nextCursor: null });
  });

  it('credits and charges what changes after the close: cost, price, policy', async () => {
    const corrected = async () => {
      const { teams, corrections } = await get<StatementsWire>('/v1/statements/2026-12');
      const lines = teams.flatMap((team) => team.lines);
      return {
        billed: corrections.billed,
        causes: [...new Set(lines.map(({ correction }) => correction?.cause))].sort(),
      };
    };
    // A credit note of the cloud: the hour of October cost 10 less.
    await ask(app, 'POST', '/v1/cost-records', [
      {
        pool: 'p5',
        provider: 'aws',
        region: 'us-east-1',
        instanceType: 'p5.48xlarge',
        pricingModel: 'on_demand',
        hourlyRate: '45.04',
        currency: 'USD',
        count: '1',
        from: '2026-10-01T10:00:00Z',
        to: '2026-10-01T11:00:00Z',
      },
    ]);
    expect(await corrected()).toEqual({ billed: '-10.00', causes: ['cost'] });
    await ask(app, 'POST', '/v1/pools/p6/policies', {
      attribution: { basis: 'requests' },
      idle: 'separate',
      validFrom: '2026-11-01T00:00:00Z',
    });
    expect(await corrected()).toEqual({ billed: '-10.00', causes: ['cost', 'policy'] });
    app.clock.set(Date.UTC(2027, 0, 2));
    const body = { accept: ['cost_jump', 'quarantine_open'], reason: 'a month of corrections' };
    expect(await close('2026-12', body)).toMatchObject({ status: 201, body: { total: { billed: '-10.00' } } });
    expect(await get<JournalWire>('/v1/statements/2026-12/journal')).toMatchObject({
      debits: '10.00',
      credits: '10.00',
    });
    expect((await get<StatementsWire>('/v1/statements/2027-01')).teams).toEqual([]);
    for (const month of [OCTOBER, NOVEMBER, '2026-12'])
      expect(await verify(month)).toMatchObject({ agrees: true, sinceClose: { billed: '0.00' } });
  });

  it('reads the corrections of a month from all closes, page by page', async () => {
    const store = new SqlCloseStore(app.database.dataSource);
    const all = await store.corrections(1, OCTOBER, undefined, 100);
    expect(new Set(all.map(({ period }) => period))).toEqual(new Set([NOVEMBER, '2026-12']));
    const expected: unknown[] = [];
    for (const closeNumber of [1, 2, 3])
      for (const kept of await store.lines({ accountId: 1, closeNumber, afterLine: 0, limit: 100, team: null }))
        if (kept.line.correction?.period === OCTOBER) expected.push({ ...kept, closeNumber });
    expect(all.map(({ period: _, ...kept }) => kept)).toEqual(expected);
    const pages: (typeof all)[number][] = [];
    for (let after = all[0]; after; after = pages.at(-1)) {
      const [next] = await store.corrections(1, OCTOBER, after, 1);
      if (!next) break;
      pages.push(next);
    }
    expect(pages).toEqual(all.slice(1));
    expect(await store.corrections(2, OCTOBER, undefined, 1)).toEqual([]);
  });

  it.each([
    `update statement_line set billed_minor = 1`,
    `delete from statement_line where line_number = 1`,
    `truncate statement_line`,
    `update statement_close set hash = 'none'`,
    `delete from statement_close`,
    `truncate statement_close cascade`,
    `delete from statement_issue`,
    `update journal_posting set debit = debit + 1`,
    `truncate journal_entry cascade`,
    `insert into journal_posting select account_id, close_number, 99, ledger_account, cost_center, team, debit, credit
       from journal_posting limit 1`,
    `insert into statement_line select * from jsonb_populate_record((select l from statement_line l limit 1), '{"line_number": 99}')`,
  ])('has the database refuse: %s', async (statement) => {
    await expect(sql(statement)).rejects.toThrow(/append-only|is closed/);
  });

  it('has the database refuse an entry that does not balance', async () => {
    const attempt = app.database.dataSource.transaction(async (manager) => {
      await manager.query(`insert into journal_entry values (1, 4, 'USD', now(), 'x')`);
      await manager.query(`insert into journal_posting values (1, 4, 1, 'chargeback', null, 'a', 5, 0)`);
      await manager.query(CLOSE_4);
    });
    await expect(attempt).rejects.toThrow('the journal entry of close 4 is off by 5');
  });

  it.each([
    ['does not follow the last', `insert into statement_close values (1, 7, '2027-09', '{}', 'x', 'y')`],
    ['has no journal entry', CLOSE_4],
  ])('has the database refuse a close that %s', async (_, statement) => {
    await expect(sql(statement)).rejects.toThrow(/does not follow the last one/);
  });

  it('has the database keep a row out that waited for the close', async () => {
    app.clock.set(Date.UTC(2027, 1, 2));
    const runner = app.database.dataSource.createQueryRunner();
    const line = `insert into statement_line select * from jsonb_populate_record(
      (select l from statement_line l limit 1), '{"close_number": 4, "line_number": 99}')`;
    try {
      await runner.startTransaction();
      await runner.query(line);
      let closed = false;
      const closing = close('2027-01', { accept: ['cost_jump', 'quarantine_open'], reason: 'x' }).then((answer) => {
        closed = true;
        return answer;
      });
      const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await eventually(async () => expect(await sql(waiting)).not.toEqual([]));
      expect(closed).toBe(false);
      await runner.rollbackTransaction();
      expect((await closing).status).toBe(201);
    } finally {
      await runner.release();
    }
  });

  it('names the row that somebody changed behind its back', async () => {
    expect(await verify(NOVEMBER)).toMatchObject({ agrees: true, sinceClose: { lines: 0 } });
    const tamper = async (table: string, statement: string) => {
      await sql(`alter table ${table} disable trigger all`);
      await sql(statement);
      await sql(`alter table ${table} enable trigger all`);
      return (await verify(NOVEMBER)).firstDifference;
    };
    const raise = (by: number) => `update statement_line set quantity = quantity + ${by}
      where close_number = 1 and line_number = 3`;
    expect(await tamper('statement_line', raise(1))).toMatchObject({ what: 'close', where: `${OCTOBER}, line 3` });
    expect(await tamper('statement_line', raise(-1))).toBeNull();
    const post = (by: string) =>
      `update journal_posting set debit = debit ${by}, credit = credit ${by} where close_number = 2`;
    expect(await tamper('journal_posting', post('* 2'))).toMatchObject({
      what: 'ledger',
      where: `${NOVEMBER}, journal, posting 1`,
    });
    expect(await tamper('journal_posting', post('/ 2'))).toBeNull();
    const doc = `update statement_close set document = replace(document, 'a test request', 'nothing') where close_number = 1`;
    expect(await tamper('statement_close', doc)).toMatchObject({ what: 'close', where: `${OCTOBER}, close 1` });
  });
});
