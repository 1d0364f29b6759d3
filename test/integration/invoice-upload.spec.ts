import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import type { ImportedInvoicesWire, InvoiceWire, Page } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { read } from '../support/usage-events.js';

const HEADER = 'provider,invoice_number,period,currency,amount\n';

describe('sending an invoice slowly', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const spooled = () => readdirSync(join(app.dataDir, 'spool'));
  const numbers = async () =>
    (await ask<Page<InvoiceWire>>(app, 'GET', '/v1/invoices')).data.map(({ invoiceNumber }) => invoiceNumber);
  const idleTransactions = () =>
    app.database.dataSource.query<unknown[]>(
      `select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
  const begun: ClientRequest[] = [];
  // A test that fails halfway does not keep the app from closing.
  afterEach(() => {
    for (const sending of begun.splice(0)) sending.destroy();
  });
  /** A request whose body has begun and does not go on. */
  const begin = (number: string): ClientRequest => {
    const headers = { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv' };
    const sending = request(`${app.url}/v1/invoices`, { method: 'POST', headers });
    sending.on('error', () => undefined);
    begun.push(sending);
    sending.write(`${HEADER}openai,${number},2026-10,USD,1\n`);
    return sending;
  };
  const finish = async (sending: ClientRequest) => {
    sending.end('openai,Z,2026-10,USD,1\n');
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    const body = Buffer.concat(await response.toArray()).toString();
    return { status: response.statusCode, body: JSON.parse(body) as ImportedInvoicesWire };
  };
  /** An import of nothing: refused as such where there is room for it. */
  const tryOne = async () => {
    const response = await app.request('POST', '/v1/invoices', []);
    return { retryAfter: response.headers.get('retry-after'), ...(await read(response)) };
  };
  const untilFull = () => eventually(async () => expect(await tryOne()).toMatchObject({ status: 429 }));

  it('holds no connection to the database, and keeps others out once two are at it', async () => {
    const sendings = [begin('A'), begin('B')];
    await untilFull();
    expect(await tryOne()).toMatchObject({ status: 429, body: { code: 'invoice.busy' }, retryAfter: '30' });
    // What the app does besides has transactions of moments; one held for a sending would last.
    await eventually(async () => expect(await idleTransactions()).toEqual([]), 10_000);
    expect(await numbers()).toEqual([]);
    for (const sending of sendings) expect(await finish(sending)).toMatchObject({ status: 200, body: { rows: 2 } });
    expect(await numbers()).toEqual(['A', 'B', 'Z']);
    expect(await tryOne()).toMatchObject({ status: 400, body: { code: 'table.no_rows' } });
    expect(spooled()).toEqual([]);
  });

  it('and breaking off leaves nothing and takes no place', async () => {
    const sendings = [begin('C'), begin('D')];
    await untilFull();
    for (const sending of sendings) sending.destroy();
    await eventually(async () => expect(await tryOne()).toMatchObject({ status: 400 }));
    expect(await numbers()).toEqual(['A', 'B', 'Z']);
    expect(spooled()).toEqual([]);
  });
});
