import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CloseFindingsWire,
  CloseWire,
  ImportedInvoicesWire,
  InvoiceLineWire,
  InvoiceWire,
  JournalWire,
  ReconciliationWire,
  StatementsWire,
} from '#contract';
import { parsePicos } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { verify } from '../support/statement.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';
const fixture = (name: string) => readFileSync(join(__dirname, 'fixtures', name), 'utf8');
/** As some exports come: with a byte order mark and CRLF. */
const FOCUS_FILE = `\u{feff}${fixture('messy-focus.csv').replaceAll('\n', '\r\n')}`;

/**
 * The pool: one instance at 10.00 for an hour. In the one quarter that is used (2.50) search has 300 tokens and ads 100, so
 * 1.875 and 0.625; the other three quarters, 7.50, are idle and the platform's.
 * OpenAI at 1.00 per 1M: search 3M and ads 1M tokens, 3.00 and 1.00. Anthropic at 2.00: search 0.5M, 1.00. In all 15.00.
 */
describe('a month against its invoices', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    await setUpPool(app, {
      pool: 'h100',
      hourlyRate: '10.00',
      from: '2026-10-01T10:00:00Z',
      to: '2026-10-01T11:00:00Z',
      weights: { inputUncached: '1', output: '1' },
    });
    const price = { tokenClass: 'inputUncached', currency: 'USD', from: '2026-01-01T00:00:00Z' };
    await ask(app, 'POST', '/v1/prices', [
      { ...price, provider: 'openai', model: 'gpt-x', pricePer1m: '1.00' },
      { ...price, provider: 'anthropic', model: 'claude-x', pricePer1m: '2.00' },
    ]);
    const own = (id: string, team: string, output: number) =>
      usageEvent(id, { team, pool: 'h100', occurredAt: '2026-10-01T10:05:00Z', tokens: { output } });
    const rated = (id: string, team: string, provider: string, model: string, inputUncached: number) => {
      const event = usageEvent(id, {
        team,
        provider,
        model,
        occurredAt: '2026-10-07T12:00:00Z',
        tokens: { inputUncached },
      });
      return { ...event, pool: undefined };
    };
    await sendAndWait(app, [
      own('p1', 'search', 300),
      own('p2', 'ads', 100),
      rated('o1', 'search', 'openai', 'gpt-x', 3_000_000),
      rated('o2', 'ads', 'openai', 'gpt-x', 1_000_000),
      rated('a1', 'search', 'anthropic', 'claude-x', 500_000),
    ]);
  });
  afterAll(() => app.close());

  const get = <T>(path: string) => ask<T>(app, 'GET', path);
  const statements = (period: string) => get<StatementsWire>(`/v1/statements/${period}`);
  const reconciliation = (period = OCTOBER) => get<ReconciliationWire>(`/v1/reconciliations/${period}`);
  const findings = async () => {
    const found = await get<CloseFindingsWire>(`/v1/statements/${OCTOBER}/close-findings`);
    return Object.fromEntries(found.findings.map(({ check, detail }) => [check, detail]));
  };
  const send = async (body: Uint8Array | string, query = '') =>
    read(await app.request('POST', `/v1/invoices${query}`, body, { 'content-type': 'text/csv' }));
  const imported = async (body: Uint8Array | string, query = '') => {
    const { status, body: answer } = await send(body, query);
    if (status !== 200) throw new Error(JSON.stringify(answer));
    return answer as unknown as ImportedInvoicesWire;
  };
  const close = async (period: string, body?: unknown) =>
    read(await app.request('POST', `/v1/statements/${period}/close`, body));

  /** By party: state, metered, invoiced, difference, per cent, billed, open. */
  const standing = ({ parties }: ReconciliationWire) =>
    parties.map((party) => [
      party.pool ?? party.provider,
      party.state,
      party.metered,
      party.invoiced,
      party.difference,
      party.differencePercent,
      party.billed,
      party.open,
    ]);

  /** The identity, its right side added up from invoice lines alone. */
  const expectIdentity = async (period = OCTOBER) => {
    const { totals } = await reconciliation(period);
    const cents = (text: string) => (parsePicos(text) ?? 0n) / 10n ** 10n;
    const { statements: billed, platformOwn, tax, open, invoices } = totals;
    expect([billed, platformOwn, tax, open].map(cents).reduce((a, b) => a + b)).toBe(cents(invoices));
    const { data } = await get<{ data: InvoiceWire[] }>(`/v1/invoices?period=${period}`);
    let sum = 0n;
    for (const { invoiceId } of data) {
      const lines = await get<{ data: InvoiceLineWire[] }>(`/v1/invoices/${invoiceId}/lines`);
      const exact = lines.data.reduce(
        (total, line) => total + (parsePicos(line.amount) ?? 0n) + (parsePicos(line.tax) ?? 0n),
        0n,
      );
      // Half a cent more than a whole one occurs in none of them.
      sum += (exact + (exact < 0n ? -1n : 1n) * 5n * 10n ** 9n) / 10n ** 10n;
    }
    expect(sum).toBe(cents(invoices));
  };

  it('is nothing to anybody before an invoice comes', async () => {
    const { parties, totals } = await reconciliation();
    expect(parties.map(({ state, open }) => [state, open])).toEqual([
      ['missing_invoice', '-10.00'],
      ['missing_invoice', '-1.00'],
      ['missing_invoice', '-4.00'],
    ]);
    expect(totals).toEqual({
      statements: '15.00',
      platformOwn: '0.00',
      tax: '0.00',
      open: '-15.00',
      invoices: '0.00',
    });
    expect(await findings()).toEqual({});
  });

  it('takes a messy FOCUS file, and says what it made of it', async () => {
    const answer = await imported(FOCUS_FILE, '?format=focus');
    expect(answer).toMatchObject({
      created: 1,
      rows: 6,
      rowsWithoutZone: 2,
      ignoredColumns: ['x_Internal', 'EffectiveCost'],
      warnings: [],
      // 10.40 - 0.15 + 0.00000015 + 0.79999985 + 0.33
      invoices: [{ provider: 'aws', invoiceNumber: 'INV-7', billingPeriod: OCTOBER, amount: '11.38', tax: '2' }],
    });
    const { invoiceId = '' } = answer.invoices[0] ?? {};
    const { data } = await get<{ data: InvoiceLineWire[] }>(`/v1/invoices/${invoiceId}/lines?limit=3`);
    expect(data).toMatchObject([
      { lineNumber: 1, subAccount: '1234', sku: 'EC2-P5', tags: { pool: 'h100' }, usageFrom: '2026-10-01T10:00:00Z' },
      { lineNumber: 2, category: 'Credit', quantity: null, unit: null, tags: null, amount: '-0.15' },
      { lineNumber: 3, amount: '0.00000015', quantity: '320' },
    ]);
  });

  it('takes messy invoices, and the same ones only once', async () => {
    expect(await imported(fixture('messy-invoices.csv'))).toMatchObject({ created: 2, ignoredColumns: ['comment'] });
    expect(await imported(fixture('messy-invoices.csv'))).toMatchObject({ created: 0, unchanged: 2 });
    expect(await imported(FOCUS_FILE, '?format=focus')).toMatchObject({ unchanged: 1 });
    const { data } = await get<{ data: InvoiceWire[] }>('/v1/invoices');
    expect(data.map(({ provider, version, lines, amount }) => [provider, version, lines, amount])).toEqual([
      ['anthropic', 1, 2, '0.9944'],
      ['aws', 1, 6, '11.38'],
      ['openai', 1, 1, '4.2'],
    ]);
  });

  it('shows what is matched to nobody until a rule says whose it is', async () => {
    const before = await reconciliation();
    expect(before.unmatched).toEqual([
      { provider: 'aws', subAccount: '1234', sku: 'EC2-P5', lines: 2, invoiced: '10.25' },
      { provider: 'aws', subAccount: '1234', sku: 'S3-Standard', lines: 2, invoiced: '0.80' },
      { provider: 'aws', subAccount: '9999', sku: 'Mystery', lines: 1, invoiced: '0.33' },
    ]);
    await expectIdentity();
    const match = (body: object) => ask(app, 'POST', '/v1/invoice-matches', { provider: 'AWS', ...body });
    await match({ subAccount: '12*', target: { to: 'pool', pool: 'h100' } });
    await match({ subAccount: '12*', sku: 'S3-*', target: { to: 'platform' } });
    const after = await reconciliation();
    expect(after.unmatched).toMatchObject([{ sku: 'Mystery' }]);
    expect(standing(after)).toEqual([
      ['h100', 'differs', '10', '10.25', '0.25', '2.5', '10.00', '0.25'],
      ['anthropic', 'differs', '1', '0.99', '-0.01', '-1', '1.00', '-0.01'],
      ['openai', 'differs', '4', '4.20', '0.20', '5', '4.00', '0.20'],
    ]);
    expect(after.parties[2]?.models).toEqual([
      { model: 'gpt-x', metered: '4', invoiced: '4.2', difference: '0.2', differencePercent: '5' },
    ]);
    // 0.25 - 0.01 + 0.20 and 0.33 of nobody; 15.00 + 0.80 + 2.00 + 0.77 = 18.57 = 13.38 + 0.99 + 4.20
    expect(after.totals).toEqual({
      statements: '15.00',
      platformOwn: '0.80',
      tax: '2.00',
      open: '0.77',
      invoices: '18.57',
    });
    await expectIdentity();
  });

  it('holds the close over what differs and what is nobody’s', async () => {
    const { unreconciled_invoice: unreconciled, unmatched_invoice: unmatched } = await findings();
    expect(unreconciled).toBe(
      'pool:h100 is invoiced 10.25 USD, a difference of 0.25; provider:anthropic is invoiced 0.99 USD, a difference ' +
        'of -0.01; provider:openai is invoiced 4.20 USD, a difference of 0.20',
    );
    expect(unmatched).toBe('1 lines of aws / 9999 / Mystery over 0.33 USD are matched to nobody');
    expect(await close(OCTOBER)).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'statement.unreconciled_invoice' }, { code: 'statement.unmatched_invoice' }] },
    });
  });

  it('trues up in proportion to cost, to the cent', async () => {
    await ask(app, 'POST', '/v1/invoice-matches', { provider: 'aws', subAccount: '9999', target: { to: 'platform' } });
    const agree = (body: object) => ask(app, 'POST', '/v1/reconciliation-policies', body);
    await agree({ pool: 'h100', policy: 'true_up' });
    await agree({ provider: 'openai', policy: 'true_up' });
    await agree({ provider: 'anthropic', policy: 'hold', tolerance: '0.01' });
    const draft = await statements(OCTOBER);
    const lines = draft.teams.flatMap((team) => team.lines).filter(({ kind }) => kind === 'adjustment');
    // 0.25 by 1.875 : 0.625 : 7.5, and 0.20 by 3 : 1.
    expect(lines.map((line) => [line.team, line.pool ?? line.provider, line.model, line.effective])).toEqual([
      ['ads', 'openai', 'gpt-x', '0.05'],
      ['ads', 'h100', 'llama-3.3-70b', '0.015625'],
      ['platform', 'h100', null, '0.1875'],
      ['search', 'openai', 'gpt-x', '0.15'],
      ['search', 'h100', 'llama-3.3-70b', '0.046875'],
    ]);
    expect(draft.pools).toMatchObject([{ total: { billed: '10.25' }, cost: { billed: '10.25' }, unexplained: '0' }]);
    const after = await reconciliation();
    expect(standing(after)).toEqual([
      ['h100', 'differs', '10', '10.25', '0.25', '2.5', '10.25', '0.00'],
      ['anthropic', 'matched', '1', '0.99', '-0.01', '-1', '1.00', '-0.01'],
      ['openai', 'differs', '4', '4.20', '0.20', '5', '4.20', '0.00'],
    ]);
    // 15.45 + 1.13 + 2.00 - 0.01 = 18.57
    expect(after.totals).toMatchObject({ statements: '15.45', platformOwn: '1.13', open: '-0.01', invoices: '18.57' });
    await expectIdentity();
    expect(await findings()).toEqual({});
    expect(await verify(app, OCTOBER)).toMatchObject({ agrees: true });
  });

  it('exports true-ups as FOCUS with their own meter', async () => {
    const csv = await (await app.request('GET', `/v1/statements/${OCTOBER}/focus.csv?focusVersion=1.3`)).text();
    expect(csv).toContain('Adjustment of gpt-x from openai (adjustment)');
    expect(csv).toContain('pool/h100/reconciliation/1');
  });

  it('closes, and names the versions of invoices and policies in the close', async () => {
    expect(await close(OCTOBER)).toMatchObject({ status: 201, body: { total: { billed: '15.45' } } });
    const { data } = await get<{ data: CloseWire[] }>('/v1/closes');
    expect(data[0]?.versions).toMatchObject({
      policies: [{ pool: 'h100', version: 1 }],
      invoices: [{ version: 1 }, { version: 1 }, { version: 1 }],
      reconciliationPolicies: [
        { party: 'pool:h100', version: 1 },
        { party: 'provider:anthropic', version: 1 },
        { party: 'provider:openai', version: 1 },
      ],
    });
    const { postings, debits, credits } = await get<JournalWire>(`/v1/statements/${OCTOBER}/journal`);
    expect([debits, credits]).toEqual(['15.45', '15.45']);
    expect(postings).toContainEqual(expect.objectContaining({ ledgerAccount: 'clearing:pool:h100', credit: '10.25' }));
    expect(postings).toContainEqual(
      expect.objectContaining({ ledgerAccount: 'clearing:provider:openai', credit: '4.20' }),
    );
  });

  it('corrects the closed month for a credit note that comes later', async () => {
    const note =
      'invoice_number,provider,kind,credits,period,currency,amount\nC-1,openai,credit note,O-1,2026-10,USD,-0.40\n';
    expect(await imported(note)).toMatchObject({ created: 1, invoices: [{ kind: 'credit_note', credits: 'O-1' }] });
    // 4.20 - 0.40 = 3.80: what was 0.20 too little is 0.20 too much now, and -0.40 goes by 3 : 1.
    const november = await statements('2026-11');
    const lines = november.teams.flatMap((team) => team.lines);
    expect(
      lines.map(({ team, provider, kind, billed, correction }) => [team, provider, kind, billed, correction]),
    ).toEqual([
      ['ads', 'openai', 'adjustment', '-0.10', { period: OCTOBER, cause: 'invoice' }],
      ['search', 'openai', 'adjustment', '-0.30', { period: OCTOBER, cause: 'invoice' }],
    ]);
    expect((await reconciliation()).totals).toMatchObject({ statements: '15.45', open: '-0.41', invoices: '18.17' });
    await expectIdentity();
    app.clock.set(Date.UTC(2026, 11, 2));
    const accepted = { accept: ['cost_jump'], reason: 'a month of a credit note' };
    expect(await close('2026-11', accepted)).toMatchObject({ status: 201, body: { total: { billed: '-0.40' } } });
    expect((await reconciliation()).totals).toMatchObject({ statements: '15.05', open: '-0.01', invoices: '18.17' });
    await expectIdentity();
    expect(await verify(app, OCTOBER)).toMatchObject({ agrees: true, sinceClose: { lines: 0 } });
  });

  it('corrects it for a changed policy and for an invoice that is withdrawn', async () => {
    const december = async () => {
      const { corrections, teams } = await statements('2026-12');
      const causes = teams.flatMap(({ lines }) => lines).map(({ correction }) => correction?.cause);
      return [corrections.billed, ...new Set(causes)];
    };
    await ask(app, 'POST', '/v1/reconciliation-policies', { pool: 'h100', policy: 'hold', fromPeriod: OCTOBER });
    expect(await december()).toEqual(['-0.25', 'invoice']);
    // What October's invoice says beyond its lines is nobody's now, and November's close has not seen it.
    const { findings } = await get<CloseFindingsWire>('/v1/statements/2026-12/close-findings');
    expect(findings.find(({ check }) => check === 'unreconciled_invoice')?.detail).toBe(
      '2026-10: pool:h100 is invoiced 10.25 USD, a difference of 0.25',
    );
    const { data } = await get<{ data: InvoiceWire[] }>('/v1/invoices?provider=openai');
    const { invoiceId = '' } = data.find(({ invoiceNumber }) => invoiceNumber === 'O-1') ?? {};
    const path = `/v1/invoices/${invoiceId}/withdrawal`;
    expect(await ask(app, 'POST', path, { reason: 'sent twice' })).toMatchObject({ version: 2, withdrawn: true });
    // What is left is the credit note: -0.40 where 3.80 stands.
    expect(await december()).toEqual(['-4.45', 'invoice']);
    expect(await read(await app.request('POST', path, { reason: 'again' }))).toMatchObject({
      status: 409,
      body: { code: 'invoice.withdrawn' },
    });
    expect(await imported(fixture('messy-invoices.csv'))).toMatchObject({ corrected: 1, unchanged: 1 });
    expect(await december()).toEqual(['-0.25', 'invoice']);
    await expectIdentity();
  });

  it('lets a difference go where a pool of shared cost goes', async () => {
    const path = '/v1/reconciliation-policies';
    const agree = async (body: object) =>
      read(await app.request('POST', path, { pool: 'h100', fromPeriod: OCTOBER, ...body }));
    await ask(app, 'POST', '/v1/pools', { pool: 'overhead', kind: 'shared', split: { over: 'teams', by: 'even' } });
    expect(await agree({ policy: 'shared_pool' })).toMatchObject({ status: 400 });
    expect(await agree({ policy: 'hold', sharedPool: 'overhead' })).toMatchObject({ status: 400 });
    const share = (sharedPool: string) => agree({ policy: 'shared_pool', sharedPool });
    expect(await share('nowhere')).toMatchObject({ status: 404, body: { code: 'invoice.pool_not_found' } });
    expect(await share('h100')).toMatchObject({ status: 409, body: { code: 'invoice.not_a_shared_pool' } });
    expect(await share('overhead')).toMatchObject({ status: 201, body: { sharedPool: 'overhead', version: 3 } });
    // October's close has 0.25 by 1.875 : 0.625 : 7.5; now search and ads have 0.125 each, and the platform nothing of it.
    const { teams, corrections } = await statements('2026-12');
    const lines = teams.flatMap((team) => team.lines).filter(({ effective }) => effective !== '0');
    const sums = new Map<string, number>();
    for (const { team, kind, effective, correction } of lines) {
      expect([kind, correction]).toEqual(['adjustment', { period: OCTOBER, cause: 'invoice' }]);
      sums.set(team, (sums.get(team) ?? 0) + Number(effective));
    }
    expect([...sums].sort()).toEqual([
      ['ads', 0.109375],
      ['platform', -0.1875],
      ['search', 0.078125],
    ]);
    expect(corrections.billed).toBe('0.00');
    const { parties } = await reconciliation();
    expect(parties.find(({ pool }) => pool === 'h100')).toMatchObject({ policy: 'shared_pool', adjusted: '0.25' });
    await expectIdentity();
  });

  it('refuses a file as a whole and names every row at fault', async () => {
    const csv = [
      'provider,invoice_number,kind,credits,period,currency,amount,usage_from,usage_to',
      'aws,X,,,2026-10,USD,"1,234.56",,',
      'aws,X,,,2026-13,EUR,12e,,',
      'aws,Y,credit_note,,2026-10,USD,-1,,',
      'aws,Z,credit_note,X,2026-10,USD,1,,',
      'aws,W,,,2026-10,USD,1,2026-10-02,2026-10-01',
      'aws,X,,,2026-11,USD,1,,',
      'aws,X,,,2026-10,USD,,,',
      'aws,X,,,2026-10,USD,1e18,,',
    ].join('\n');
    const { status, body } = await send(csv);
    expect(status).toBe(400);
    expect(body.code).toBe('invoice.import_refused');
    const errors = body.errors as { pointer: string; code: string; detail: string }[];
    expect(errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/0/amount', 'invoice.bad_decimal'],
      ['/1/period', 'invoice.bad_period'],
      ['/1/currency', 'invoice.other_currency'],
      ['/1/amount', 'invoice.bad_decimal'],
      ['/2/credits', 'invoice.bad_credits'],
      ['/3/amount', 'invoice.positive_credit'],
      ['/4/usage_to', 'invoice.bad_interval'],
      ['/6/amount', 'invoice.missing_value'],
      ['/7/amount', 'invoice.bad_decimal'],
    ]);
    expect(errors[0]?.detail).toBe('line 2, amount: "1,234.56" has separators between its thousands; write 1234.56');
    const { data } = await get<{ data: InvoiceWire[] }>('/v1/invoices?provider=aws');
    expect(data).toHaveLength(1);
  });

  it.each([
    ['no header', 'a,b\n1,2', 'table.bad_header'],
    ['no rows', 'currency,amount\n', 'table.no_rows'],
    ['rows of another length', 'currency,amount\nUSD', 'table.bad_csv'],
    ['a column twice', 'currency,amount,amount\nUSD,1,2', 'table.bad_header'],
    ['bytes that are no text', Buffer.from([0x61, 0xff, 0xfe]), 'table.not_utf8'],
  ])('refuses a file with %s', async (_, body, code) => {
    expect(await send(body)).toMatchObject({ status: 400, body: { code } });
  });

  it.each([
    `update invoice_version set amount = 0`,
    `delete from invoice_line`,
    `truncate invoice cascade`,
    `update reconciliation_policy set policy = 'hold'`,
    `delete from invoice_match`,
  ])('has the database refuse: %s', async (statement) => {
    await expect(app.database.dataSource.query(statement)).rejects.toThrow('append-only');
  });
});
