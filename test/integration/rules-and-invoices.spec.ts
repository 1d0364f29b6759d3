import type { ReconciliationWire, StatementsWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { verify } from '../support/statement.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';

const CSV = { 'content-type': 'text/csv' };
const [OCTOBER, NOVEMBER] = ['2026-10', '2026-11'];
const FROM = '2026-10-01T00:00:00Z';

/**
 * One model at 1.00 per 1M tokens, 10 % less for search: search 2M, ads 1M and 1M under a name that nobody knows. OpenAI's
 * invoice is 10 % more than all of it where that name is search's.
 */
describe('mapping rules, price rules and invoices of one month', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_UNKNOWN_TEAMS: 'unattributed' } });
    app.clock.set(Date.UTC(2026, 10, 2));
    for (const team of ['ads', 'search']) await ask(app, 'PUT', `/v1/teams/${team}`, { costCenter: `cc-${team}` });
    await send(
      'prices',
      `provider,model,token_class,price_per_1m,currency,from\nopenai,gpt-x,inputUncached,1,USD,${FROM}`,
    );
    await send('price-rules', `kind,value,provider,team,from\ndiscount,10,openai,search,${FROM}`);
    const used = (id: string, team: string, inputUncached: number) => {
      const event = usageEvent(id, {
        team,
        provider: 'openai',
        model: 'gpt-x',
        occurredAt: '2026-10-07T12:00:00Z',
        tokens: { inputUncached },
      });
      return { ...event, pool: undefined };
    };
    await sendAndWait(app, [
      used('1', 'search', 2_000_000),
      used('2', 'ads', 1_000_000),
      used('3', 'serach', 1_000_000),
    ]);
  });
  afterAll(() => app.close());

  const send = async (path: string, csv: string) => {
    const answer = await read(await app.request('POST', `/v1/${path}`, csv, CSV));
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  };
  const bill = (month: string) => ask<StatementsWire>(app, 'GET', `/v1/statements/${month}`);
  const teams = async (month: string) =>
    (await bill(month)).teams.map(({ team, total }) => [team, total.effective, total.billed]);
  const map = (team: string, reason: string) =>
    ask(app, 'POST', '/v1/mapping-rules', [{ match: 'team', pattern: 'serach', team, from: FROM, reason }]);
  const close = async (month: string, accept: readonly string[] = []) => {
    const body = accept.length > 0 ? { accept, reason: 'seen' } : {};
    expect(await read(await app.request('POST', `/v1/statements/${month}/close`, body))).toMatchObject({ status: 201 });
  };
  const settled = { agrees: true, sinceClose: { lines: 0, billed: '0.00' } };

  it('prices mapped usage by the rules of whose it is', async () => {
    expect(await teams(OCTOBER)).toEqual([
      ['ads', '1', '1.00'],
      ['search', '1.8', '1.80'],
      ['serach', '1', '1.00'],
    ]);
    await map('search', 'a gateway misspells it');
    expect(await teams(OCTOBER)).toEqual([
      ['ads', '1', '1.00'],
      ['search', '2.7', '2.70'],
    ]);
  });

  it('trues up what that comes to, by what each owner pays', async () => {
    await ask(app, 'POST', '/v1/reconciliation-policies', {
      provider: 'openai',
      policy: 'true_up',
      fromPeriod: OCTOBER,
    });
    await send('invoices', `provider,invoice_number,period,currency,amount\nopenai,O-1,${OCTOBER},USD,4.07`);
    // 4.07 - 3.70 = 0.37, by 1.00 : 2.70.
    expect(await teams(OCTOBER)).toEqual([
      ['ads', '1.1', '1.10'],
      ['search', '2.97', '2.97'],
    ]);
    expect(await verify(app, OCTOBER)).toMatchObject({ agrees: true });
    await close(OCTOBER);
  });

  it('corrects all of it when the usage is said to be of another, and the party stays at its invoice', async () => {
    await map('ads', 'it was of ads');
    // Now 1.80 and 2.00 of 3.80; 0.27 by these is 0.127894736842 and 0.142105263158, in cents 1.93 and 2.14.
    const { corrections, teams: corrected } = await bill(NOVEMBER);
    expect(corrected.map(({ team, total }) => [team, total.effective, total.billed])).toEqual([
      ['ads', '1.042105263158', '1.04'],
      ['search', '-1.042105263158', '-1.04'],
    ]);
    expect(corrections).toMatchObject({ effective: '0', billed: '0.00' });
    app.clock.set(Date.UTC(2026, 11, 2));
    await close(NOVEMBER, ['cost_jump']);
    expect(await verify(app, OCTOBER)).toMatchObject(settled);
    const { totals } = await ask<ReconciliationWire>(app, 'GET', `/v1/reconciliations/${OCTOBER}`);
    expect(totals).toMatchObject({ statements: '4.07', open: '0.00', invoices: '4.07' });
  });

  it('corrects it once more when the discount changes and a credit note comes', async () => {
    await send('price-rules', `kind,value,provider,team,from\ndiscount,50,openai,search,${FROM}`);
    // 1.00 and 2.00 of 3.00; 1.07 by these: 1.356666666667 and 2.713333333333 where 1.93 and 2.14 stand.
    expect(await teams('2026-12')).toEqual([
      ['ads', '0.571228070175', '0.57'],
      ['search', '-0.571228070175', '-0.57'],
    ]);
    await send(
      'invoices',
      `provider,invoice_number,kind,credits,period,currency,amount\nopenai,C-1,credit_note,O-1,${OCTOBER},USD,-1.07`,
    );
    expect(await teams('2026-12')).toEqual([
      ['ads', '-0.142105263158', '-0.14'],
      ['search', '-0.927894736842', '-0.93'],
    ]);
    app.clock.set(Date.UTC(2027, 0, 2));
    await close('2026-12', ['cost_jump']);
    for (const month of [OCTOBER, NOVEMBER, '2026-12']) expect(await verify(app, month)).toMatchObject(settled);
  });
});
