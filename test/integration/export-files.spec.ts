import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Workbook } from 'exceljs';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type {
  ChargebackManifestWire,
  JournalManifestWire,
  JournalWire,
  LedgerAccountWire,
  StatementsWire,
  SummaryManifestWire,
} from '#contract';
import { formatPicos, parsePicos } from '#money';
import { OPEN_FILES_MAX } from '../../apps/api/statements/send-file.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask, setUpPool } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { type ChargebackRow, chargebackRows } from '../support/statement.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const OCTOBER = '2026-10';
const FOLDER = `/v1/statements/${OCTOBER}`;

async function workbookTotal(bytes: Buffer): Promise<string> {
  const workbook = new Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  const sheet = workbook.getWorksheet('Lines');
  const titles = sheet?.getRow(1).values as string[];
  const cells = (sheet?.getColumn(titles.indexOf('billed_amount')).values.slice(2) ?? []) as (number | null)[];
  return formatPicos(cells.reduce((sum, cell) => sum + (parsePicos((cell ?? 0).toString()) ?? -1n), 0n));
}

async function parquetTotal(bytes: Buffer): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'apportion-parquet-'));
  const path = join(folder, 'file.parquet');
  writeFileSync(path, bytes);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = await connection.runAndReadAll(`select sum(billed_amount)::varchar as total from '${path}'`);
    const [row] = rows.getRowObjectsJson() as { total: string }[];
    return formatPicos(parsePicos(row?.total ?? '') ?? -1n);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function billText(bytes: Buffer): Promise<string> {
  const document = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 }).promise;
  const pages: string[] = [];
  for (let n = 1; n <= document.numPages; n += 1) {
    const { items } = await (await document.getPage(n)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  await document.destroy();
  return pages.join('\n');
}

describe('the files of a closed month', () => {
  let app: TestApp;
  let closed: StatementsWire;
  let journal: JournalWire;
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    await setUpPool(app, {
      ...{ pool: 'p5', hourlyRate: '55.0412345', weights: { inputUncached: '1', output: '2' } },
      ...{ from: '2026-10-01T10:00:00Z', to: '2026-10-01T11:00:00Z' },
    });
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-7' });
    const at = '2026-10-01T10:05:00Z';
    await sendAndWait(app, [
      usageEvent('a', { team: 'search', pool: 'p5', occurredAt: at }),
      usageEvent('b', { team: '=ads', pool: 'p5', occurredAt: at, tokens: { output: 77 } }),
      usageEvent('c', {
        ...{ team: 'search', pool: undefined, provider: 'openai', model: 'gpt-5-mini', occurredAt: at },
        tokens: { inputUncached: 1_234_567, output: 54_321 },
      }),
      usageEvent('d', { team: 'search', pool: undefined, provider: 'openai', model: 'unheard-of', occurredAt: at }),
    ]);
    await ask(app, 'POST', `${FOLDER}/close`, { accept: ['unpriced_usage'], reason: 'no price yet' });
    closed = await ask(app, 'GET', FOLDER);
    journal = await ask(app, 'GET', `${FOLDER}/journal`);
  });
  afterAll(() => app.close());

  /** A file whose headers say what it is. */
  async function file(name: string, query = ''): Promise<Buffer> {
    const response = await app.request('GET', `${FOLDER}/${name}${query}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    const digest = createHash('sha256').update(bytes).digest('base64');
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
    return bytes;
  }

  const rowsOf = async (name: string, query?: string) => chargebackRows((await file(name, query)).toString());
  const sumOf = (rows: readonly ChargebackRow[], column: string) =>
    formatPicos(rows.reduce((sum, row) => sum + (parsePicos(row[column] || '0') ?? -1n), 0n));
  const same = (amount: string) => formatPicos(parsePicos(amount) ?? -1n);

  it('have something of everything to say', () => {
    const kinds = closed.teams.flatMap(({ lines }) => lines.map(({ kind }) => kind));
    expect([...new Set(kinds)].sort()).toEqual(['idle', 'unpriced', 'used']);
  });

  it('have the total of the ledger, each of them', async () => {
    const total = same(journal.debits);
    expect(total).toBe(same(closed.total.billed));
    expect(sumOf(await rowsOf('chargeback.csv'), 'billed_amount')).toBe(total);
    expect(sumOf(await rowsOf('summary.csv'), 'total')).toBe(total);
    expect(sumOf(await rowsOf('focus.csv'), 'BilledCost')).toBe(total);
    expect(sumOf(await rowsOf('focus.csv', '?focusVersion=1.3'), 'BilledCost')).toBe(total);
    const entry = await rowsOf('journal.csv');
    expect([sumOf(entry, 'debit'), sumOf(entry, 'credit')]).toEqual([total, total]);
    const { lines }: { lines: ChargebackRow[] } = JSON.parse((await file('chargeback.json')).toString());
    expect(sumOf(lines, 'billedAmount')).toBe(total);
    expect(sumOf(lines, 'effectiveCost')).toBe(closed.total.effective);
    expect(await workbookTotal(await file('chargeback.xlsx'))).toBe(total);
    expect(await parquetTotal(await file('chargeback.parquet'))).toBe(total);
    for (const { team, total: own } of closed.teams) {
      const bill = await billText(await file('statement.pdf', `?team=${encodeURIComponent(team)}`));
      expect(bill).toContain(`Total USD ${own.billed}`);
      expect(bill).toContain(closed.closing?.hash);
    }
  });

  it('are described by their manifests', async () => {
    const chargeback = await ask<ChargebackManifestWire>(app, 'GET', `${FOLDER}/chargeback.json.manifest.json`);
    const lines = closed.teams.flatMap((team) => team.lines);
    expect(chargeback).toMatchObject({ rows: lines.length, total: closed.total, state: 'closed' });
    const summary = await ask<SummaryManifestWire>(app, 'GET', `${FOLDER}/summary.manifest.json?team=search`);
    const search = closed.teams.find(({ team }) => team === 'search');
    expect(summary).toMatchObject({ team: 'search', total: search?.total, unpriced: search?.unpriced });
    const bytes = await file('summary.csv', '?team=search');
    expect(summary.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('leave nothing in the spool folder, nor of their bound, whoever asks for their headers alone', async () => {
    for (let i = 0; i <= OPEN_FILES_MAX; i += 1) {
      const { status, headers } = await app.request('HEAD', `${FOLDER}/chargeback.csv`);
      expect([status, headers.has('repr-digest')]).toEqual([200, true]);
    }
    expect((await file('chargeback.csv')).length).toBeGreaterThan(0);
    expect(readdirSync(join(app.dataDir, 'spool'))).toEqual([]);
  });

  it('nor of those who went away before they had it', async () => {
    const begin = async () => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      const head = `GET ${FOLDER}/chargeback.parquet HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.key}\r\n\r\n`;
      await new Promise((resolve) => socket.write(head, resolve));
      return socket;
    };
    for (let i = 0; i <= OPEN_FILES_MAX; i += 1) {
      const socket = await begin();
      // Some while the file is written, some while it is read.
      if (i % 2 === 0) await once(socket, 'readable');
      socket.destroy();
    }
    await eventually(() => file('chargeback.parquet'));
    // Some of theirs may be begun only now.
    await eventually(() => expect(readdirSync(join(app.dataDir, 'spool'))).toEqual([]));
  });

  it('name accounts and cost centres as the general ledger does at the end of the month', async () => {
    const set = (body: object) => ask<LedgerAccountWire>(app, 'POST', '/v1/ledger-accounts', body);
    const first = await set({ kind: 'account', name: 'chargeback', code: '6100' });
    expect(first).toMatchObject({
      code: '6100',
      since: '1970-01-01T00:00:00Z',
      versions: [{ version: 1, validFrom: '1970-01-01T00:00:00Z' }],
    });
    expect(await set({ kind: 'account', name: 'chargeback', code: '6100' })).toEqual(first);
    const later = await set({ kind: 'account', name: 'chargeback', code: '6200', validFrom: '2026-11-01T00:00:00Z' });
    expect(later).toMatchObject({ code: '6200', versions: [{ code: '6100' }, { code: '6200' }] });
    // In force since the first of November, though the last that was said is of the year after.
    const next = await set({ kind: 'account', name: 'chargeback', code: '6300', validFrom: '2027-01-01T00:00:00Z' });
    expect(next).toMatchObject({ code: '6200', since: '2026-11-01T00:00:00Z' });
    const future = { kind: 'account', name: 'clearing:pool:new', code: '1', validFrom: '2027-01-01T00:00:00Z' };
    expect(await set(future)).toMatchObject({ code: null, since: null });
    await set({ kind: 'cost_center', name: 'cc-7', code: 'K-0007' });
    await set({ kind: 'account', name: 'clearing:pool:p5', code: '2100' });
    await set({ kind: 'account', name: 'clearing:pool:p5', code: null, validFrom: '2026-10-31T23:59:59.999Z' });

    const rows = await rowsOf('journal.csv');
    expect(rows.find(({ team }) => team === 'search')).toMatchObject({
      ...{ account: '6100', cost_center: 'K-0007', entry_date: '2026-10-31', currency: 'USD', credit: '0.00' },
    });
    expect(rows.find(({ team }) => team === "'=ads")?.description).toBe('Chargeback 2026-10, team =ads');
    const manifest = await ask<JournalManifestWire>(app, 'GET', `${FOLDER}/journal.manifest.json`);
    expect(manifest).toMatchObject({
      ...{ debits: journal.debits, credits: journal.credits, closeNumber: 1, rows: rows.length },
      unmappedAccounts: ['clearing:pool:p5', 'clearing:provider:openai'],
      unmappedCostCenters: [],
    });

    const pages: string[] = [];
    for (let query = '?limit=2'; query !== ''; ) {
      const page = await ask<{ data: LedgerAccountWire[]; nextCursor: string | null }>(
        app,
        'GET',
        `/v1/ledger-accounts${query}`,
      );
      pages.push(...page.data.map(({ kind, name }) => `${kind} ${name}`));
      query = page.nextCursor === null ? '' : `?limit=2&cursor=${page.nextCursor}`;
    }
    expect(pages).toEqual([
      'account chargeback',
      'account clearing:pool:new',
      'account clearing:pool:p5',
      'cost_center cc-7',
    ]);
  });

  it('are not of what there is not', async () => {
    const code = async (path: string) => {
      const { status, body } = await read(await app.request('GET', path));
      return [status, body.code];
    };
    expect(await code(`${FOLDER}/summary.csv?team=nobody`)).toEqual([404, 'report.team_not_found']);
    expect(await code(`${FOLDER}/statement.pdf`)).toEqual([400, 'request.invalid']);
    expect(await code(`${FOLDER}/statement.pdf?team=nobody`)).toEqual([404, 'report.team_not_found']);
    expect(await code('/v1/statements/2026-11/journal.csv')).toEqual([409, 'statement.not_closed']);
    expect(await code('/v1/statements/2026-13/summary.csv')).toEqual([400, 'statement.bad_period']);
    expect(await code('/v1/ledger-accounts?cursor=WyJ4IiwieSJd')).toEqual([400, 'request.invalid']);
    const bad = await read(await app.request('POST', '/v1/ledger-accounts', { kind: 'account', name: ' x', code: '' }));
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }, { pointer: '/code' }] } });
  });

  it('and their codes are for those who may', async () => {
    const status = async (scopes: string[], method: string, path: string, body?: object) => {
      const { key } = await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'k', scopes });
      return (await app.request(method, path, body, { authorization: `Bearer ${key}` })).status;
    };
    const code = { kind: 'account', name: 'x', code: '1' };
    expect(await status(['costs:read'], 'GET', `${FOLDER}/journal.csv`)).toBe(403);
    expect(await status(['costs:read'], 'GET', `${FOLDER}/summary.csv`)).toBe(403);
    expect(await status(['costs:read'], 'GET', `${FOLDER}/statement.pdf?team=search`)).toBe(403);
    expect(await status(['costs:read'], 'GET', `${FOLDER}/chargeback.parquet`)).toBe(403);
    expect(await status(['statements:read'], 'POST', '/v1/ledger-accounts', code)).toBe(403);
    expect(await status(['statements:read'], 'GET', '/v1/ledger-accounts')).toBe(200);
  });
});
