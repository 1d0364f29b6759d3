import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../client/api-client.js';
import { fetchBill } from '../client/statements.js';
import { agreement, disagreement, verifyPeriod } from '../client/verifications.js';
import type { CliHost } from '../connection.js';
import { CliError } from '../exit-code.js';
import { exportFile } from '../export/export-file.js';
import { CHARGEBACK } from '../export/export-format.js';
import { renderBill } from '../render/bill.js';
import { counted, grouped } from '../render/table.js';
import { COMPANY, MONTH } from './company.js';
import { startDemoServer } from './demo-server.js';
import { sendMonth } from './send-month.js';
import { setUpCompany } from './set-up.js';

/** Requests of another edition are other requests: each has a folder, and a database, of its own. */
const EDITION = 1;

/**
 * A month of a made-up company through the real path: a server, its HTTP API, the queue, the database. Run again, it finds
 * every request known and comes to the same bill.
 */
export async function runDemo(host: CliHost, dataDir: string, requests: number): Promise<void> {
  const { terminal, clock } = host;
  const folder = join(dataDir, 'demo', `${EDITION}-${requests}`);
  const start = clock.now();
  const step = (text: string) => terminal.note(`${((clock.now() - start) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  step(`starting a server of its own, data in ${folder}`);
  const server = await startDemoServer(folder, host.variables);
  try {
    const key = (await readFile(join(folder, 'bootstrap-key'), 'utf8')).trim();
    const client = new ApiClient(server.url, () => Promise.resolve(key));
    await setUpCompany(client);
    step(`${COMPANY} is set up; sending ${MONTH}, request by request`);
    step((await sendMonth(host, client, requests)).summary());

    terminal.out(`\n${COMPANY}\n${renderBill(await fetchBill(client, MONTH, { lines: false }), { lines: false })}\n`);
    step('bill drawn up');
    const out = join(folder, `chargeback_${MONTH}.csv`);
    const { rows, total, currency } = await exportFile(client, CHARGEBACK, { period: MONTH, query: {}, out });
    terminal.out(`Chargeback: ${out} (${counted(rows, 'row')}, ${grouped(total.billed)} ${currency})\n`);
    const verification = await verifyPeriod(client, MONTH);
    if (!verification.agrees) throw new CliError(disagreement(verification));
    terminal.out(`Verified:   ${agreement(verification)}\n`);
    step('done');
  } finally {
    await server.stop();
  }
  terminal.note(
    `        look around in it: APPORTION_DATA_DIR=${folder} npm start; delete the folder when you are done`,
  );
}
