import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cli, cliFor } from '../integration/cli-harness.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';

const FOLDER = join(__dirname, '../golden/quarter');
const EXPECTED = join(FOLDER, 'expected');
/** Set to write what comes out as what is expected, to be looked at as a diff. */
const UPDATES = process.env.APPORTION_UPDATE_GOLDEN !== undefined;

/**
 * A quarter of a small company, from its usage to its ledger, in files a person can read: what goes in lies in
 * test/golden/quarter/input, what must come out beside it. Two machines reserved for a year, one more for half a day, staff
 * whose cost everybody shares, and a provider that bills by the token. July is closed; then two of its events come late, a price turns out to
 * have been lower since the middle of it, August's invoice differs from what was metered, and in September a credit note takes back
 * a part of July's. Each finds its way onto the next statement.
 */
describe('a quarter of a small company', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const input = (name: string) => join(FOLDER, 'input', name);
  const run = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await cli.run(...words);
    if (exitCode !== 0) throw new Error(`apportion ${words.join(' ')}: ${exitCode} ${stdout}${stderr}`);
    return stdout;
  };
  const at = (month: number, day: number) => app.clock.set(Date.UTC(2026, month - 1, day));

  /** Holds a text against the file of that name. */
  const expectFile = (name: string, text: string) => {
    const file = join(EXPECTED, name);
    if (UPDATES) {
      mkdirSync(EXPECTED, { recursive: true });
      writeFileSync(file, text);
    }
    expect({ name, text }).toEqual({ name, text: existsSync(file) ? readFileSync(file, 'utf8') : undefined });
  };

  /** Everything that is told of a month once it is closed. */
  const expectMonth = async (period: string) => {
    expectFile(`${period}-statement.txt`, await run('bill', '--period', period));
    expectFile(`${period}-business-units.txt`, await run('bill', '--period', period, '--by', 'business-unit'));
    for (const format of ['chargeback', 'journal']) {
      const out = join(cli.folder, `${period}-${format}.csv`);
      await run('export', format, '--period', period, '--out', out);
      expectFile(`${period}-${format}.csv`, readFileSync(out, 'utf8'));
    }
    expectFile(`${period}-reconciliation.txt`, await run('reconcile', '--period', period));
    expect(await run('verify', '--period', period)).toMatch(/ agrees: /);
  };

  it('sets out with its teams, what it paid for, and how that is split', async () => {
    at(7, 1);
    for (const [team, costCenter] of [
      ['search', 'cc-100'],
      ['ads', 'cc-200'],
      ['lab', 'cc-300'],
    ] as const)
      await run('teams', 'create', team, '--cost-center', costCenter);
    await run('cost-centers', 'set', 'cc-100', '--business-unit', 'retail');
    await run('cost-centers', 'set', 'cc-200', '--business-unit', 'retail');
    await run('cost-centers', 'set', 'cc-300', '--business-unit', 'research');
    const weights = ['--basis', 'weighted_tokens', '--weights', 'inputUncached=1,output=4'];
    await run('pools', 'create', 'h100', ...weights, '--idle', 'proportional');
    await run('pools', 'create', 'platform-staff', '--shared', '--over', 'teams', '--by', 'attributed_cost');
    await run('capacity-purchases', 'import', input('purchases.csv'));
    await run('cost-records', 'import', input('burst.csv'));
    await run('shared-costs', 'import', input('shared-costs.csv'));
    await ask(app, 'POST', '/v1/reconciliation-policies', { provider: 'openai', policy: 'true_up' });
  });

  it('closes July', async () => {
    at(8, 2);
    await run('events', 'send', input('2026-07-usage.ndjson'));
    await run('invoices', 'import', input('2026-07-invoice.csv'));
    await run('close', '--period', '2026-07');
    await expectMonth('2026-07');
  });

  it('closes August with late events, a price that was wrong, and an invoice that differs', async () => {
    at(9, 2);
    await run('events', 'send', input('2026-08-usage.ndjson'));
    await run('events', 'send', input('2026-07-late.ndjson'));
    await run('prices', 'import', input('price-correction.csv'));
    await run('invoices', 'import', input('2026-08-invoice.csv'));
    await run('close', '--period', '2026-08');
    await expectMonth('2026-08');
  });

  it('closes September with a credit note for July', async () => {
    at(10, 2);
    await run('events', 'send', input('2026-09-usage.ndjson'));
    await run('invoices', 'import', input('2026-09-invoice.csv'));
    await run('invoices', 'import', input('2026-07-credit-note.csv'));
    await run('close', '--period', '2026-09');
    await expectMonth('2026-09');
  });

  it('leaves nothing that is expected and never comes', () => {
    const names = ['07', '08', '09'].flatMap((month) =>
      ['business-units.txt', 'chargeback.csv', 'journal.csv', 'reconciliation.txt', 'statement.txt'].map(
        (name) => `2026-${month}-${name}`,
      ),
    );
    expect(readdirSync(EXPECTED).sort()).toEqual(names);
  });
});
