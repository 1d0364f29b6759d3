import type { AuditEntryWire, DisputeWire, MappingRuleWire, Page, StatementsWire } from '#contract';
import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { read, sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const OCTOBER = '2026-10';
const WEIGHTS = { basis: 'weighted_tokens', weights: { output: '1' } };

describe('the audit trail', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    app.clock.set(Date.UTC(2026, 9, 20));
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  const trail = async (query = '') => (await ask<Page<AuditEntryWire>>(app, 'GET', `/v1/audit${query}`)).data;
  const actions = async (query = '') => (await trail(query)).map(({ action, subject }) => `${action} ${subject}`);
  const sql = (text: string) => app.database.dataSource.query<unknown>(text);

  it('begins with the first key, made by the product, whose secret is not in it', async () => {
    const [first, ...others] = await trail();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ action: 'key.made', actor: 'apportion', before: null, after: { name: 'bootstrap' } });
    expect(Object.keys(first?.after ?? {})).not.toContain('secret_sha256');
  });

  it('says who changed what from what to what, of teams, cost centres, pools, rules and codes', async () => {
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-7' });
    app.clock.set(Date.UTC(2026, 9, 21));
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-8' });
    await ask(app, 'PUT', '/v1/cost-centers/cc-8', { businessUnit: 'web' });
    await ask(app, 'POST', '/v1/pools', { pool: 'h100', attribution: WEIGHTS, idle: 'separate' });
    await ask(app, 'POST', '/v1/pools/h100/policies', { attribution: { basis: 'even' }, idle: 'separate' });
    const rule = { match: 'team', pattern: 'typo', team: 'search', from: '2026-10-01T00:00:00Z', reason: 'misspelt' };
    await ask(app, 'POST', '/v1/mapping-rules', [rule]);
    const [stored] = (await ask<Page<MappingRuleWire>>(app, 'GET', '/v1/mapping-rules')).data;
    await ask(app, 'POST', `/v1/mapping-rules/${stored?.mappingRuleId ?? ''}/withdrawal`, { reason: 'it was not' });
    expect((await actions()).slice(0, -1)).toEqual([
      'mapping_rule.withdrawn mapping_rule:team typo 2026-10-01T00:00:00+00:00',
      'mapping_rule.made mapping_rule:team typo 2026-10-01T00:00:00+00:00',
      'pool_policy.changed pool_policy:h100',
      'pool_policy.made pool_policy:h100',
      'cost_center.made cost_center:cc-8',
      'team.changed team:search',
      'team.made team:search',
    ]);
    const [changed, made] = await trail('?subject=team:search');
    expect(made).toMatchObject({
      at: expect.stringMatching(/^2026-10-20T/),
      before: null,
      after: { cost_center: 'cc-7' },
    });
    expect(changed).toMatchObject({
      at: expect.stringMatching(/^2026-10-21T/),
      actor: expect.stringMatching(/^bootstrap \([0-9a-f]{12}\)$/),
      before: { cost_center: 'cc-7', version: 1 },
      after: { cost_center: 'cc-8', version: 2 },
    });
    expect(changed?.before).toEqual(made?.after);
  });

  it('has nothing of what was refused, and of what changes nothing', async () => {
    const before = await trail();
    const refused = await app.request('POST', '/v1/pools/h100/policies', { attribution: { basis: 'none' }, idle: 'x' });
    expect(refused.status).toBe(400);
    await ask(app, 'PUT', '/v1/teams/search', { costCenter: 'cc-8' });
    const runner = app.database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`insert into ledger_code values (1, 'account', 'chargeback', 1, now(), '6100', now(), null)`);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await trail()).toEqual(before);
  });

  it('has what is done at a prompt, with amounts as text and within bounds', async () => {
    const big = `(1, 'pool:big', 1, '2026-10', 'hold', 12345678901234.123456789012, 5, '2026-10-22Z', 'nobody')`;
    await sql(`insert into reconciliation_policy values ${big}`);
    expect((await trail('?subject=reconciliation_policy'))[0]).toMatchObject({
      ...{ actor: 'nobody', at: '2026-10-22T00:00:00Z', subject: 'reconciliation_policy:pool:big' },
      after: { tolerance: '12345678901234.123456789012', tolerance_basis_points: 5 },
    });
    expect(await trail('?subject=reconciliation_policy:pool:big')).toHaveLength(1);
    await sql(`insert into pool_policy (account_id, pool, version, valid_from, basis, parameters, idle)
      select 1, 'h100', 9, now(), 'even', jsonb_build_object('x', repeat('y', 20000)), 'separate'`);
    const [long] = await trail('?subject=pool_policy:h100');
    expect(long?.after).toEqual({ omitted: expect.any(Number) });
    expect(long?.before).toMatchObject({ version: 2 });
    await sql(`alter table pool_policy disable trigger user; delete from pool_policy where version = 9;
      alter table pool_policy enable trigger user`);
  });

  it('has disputes, closes and issues', async () => {
    app.clock.set(Date.UTC(2026, 10, 2));
    const more = { pool: null, provider: 'openai', model: 'gpt-4o', occurredAt: '2026-10-05T12:00:00Z' };
    await sendAndWait(app, [usageEvent('1', { team: 'search', ...more, tokens: { output: 1_000_000 } })]);
    const statements = await ask<StatementsWire>(app, 'GET', `/v1/statements/${OCTOBER}`);
    const id =
      statements.teams.flatMap(({ lines }) => lines).find(({ tokenClass }) => tokenClass === 'output')?.id ?? '';
    await ask(app, 'POST', `/v1/charges/${id}/acknowledgements`);
    const { disputeId } = await ask<DisputeWire>(app, 'POST', `/v1/charges/${id}/disputes`, { comment: 'why?' });
    await ask(app, 'POST', `/v1/disputes/${disputeId}/answers`, { comment: 'so', resolution: 'upheld' });
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/close`, {});
    await ask(app, 'POST', `/v1/statements/${OCTOBER}/issue`);
    expect(await actions('?limit=5')).toEqual([
      `statement.issued statement:${OCTOBER}`,
      `statement.closed statement:${OCTOBER}`,
      `line.answered line:${id}`,
      `line.disputed line:${id}`,
      `line.acknowledged line:${id}`,
    ]);
    const [answered] = await trail(`?subject=line:${id}`);
    expect(answered).toMatchObject({
      before: { action: 'dispute', comment: 'why?', effective_cost: '10.000000000000' },
      after: { action: 'answer', resolution: 'upheld' },
    });
    const [, closed] = await trail(`?subject=statement`);
    expect(closed).toMatchObject({ before: null, after: { closeNumber: 1, billed: '1000', reason: null } });
    expect(closed?.after).not.toHaveProperty('pools');
  });

  it('has keys, and who revoked them', async () => {
    const key = await ask<{ apiKeyId: string; key: string }>(app, 'POST', '/v1/keys', {
      name: 'a',
      scopes: ['audit:read'],
    });
    await ask(app, 'DELETE', `/v1/keys/${key.apiKeyId}`);
    await ask(app, 'DELETE', `/v1/keys/${key.apiKeyId}`);
    const [revoked, made, ...others] = await trail(`?subject=key:${key.apiKeyId}`);
    expect(others).toEqual([]);
    expect([revoked?.action, made?.action]).toEqual(['key.revoked', 'key.made']);
    expect(revoked).toMatchObject({
      actor: expect.stringMatching(/^bootstrap /),
      before: { revoked_at: null },
      after: { revoked_at: expect.any(String), scopes: ['audit:read'] },
    });
    expect(JSON.stringify(await trail('?limit=1000'))).not.toContain(key.key.slice(-64));
  });

  it('is asked for by time, actor and subject, in pages from the latest on', async () => {
    const all = await trail('?limit=1000');
    const pages: AuditEntryWire[] = [];
    for (let cursor = ''; ; ) {
      const page = await ask<Page<AuditEntryWire>>(app, 'GET', `/v1/audit?limit=4${cursor && `&cursor=${cursor}`}`);
      pages.push(...page.data);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(all);
    const actor = all.find(({ action }) => action === 'team.changed')?.actor ?? '';
    const id = /\((\w+)\)$/.exec(actor)?.[1] ?? '';
    const own = all.filter((entry) => entry.actor === actor);
    expect(own.length).toBeGreaterThan(5);
    expect(await trail(`?actor=${id}&limit=1000`)).toEqual(own);
    expect(await trail(`?actor=${encodeURIComponent(actor)}&limit=1000`)).toEqual(own);
    expect(await trail('?actor=apportion&subject=key')).toHaveLength(1);
    const at = all.find(({ action }) => action === 'reconciliation_policy.made')?.at ?? '';
    expect(await trail(`?to=${at}&limit=1000`)).toEqual(all.filter((entry) => entry.at < at));
    expect(await trail(`?from=${at}&limit=1000`)).toEqual(all.filter((entry) => entry.at >= at));
  });

  it('is shown by the command line', async () => {
    const { stdout } = await cli.run('audit', '--subject', 'team:search', '--limit', '1');
    expect(stdout).toMatch(
      /^ *\d+ +2026-10-21T\S+ +bootstrap \(\w+\) +team\.changed +team:search +.*cost_center cc-7 > cc-8/m,
    );
    expect(JSON.parse((await cli.run('audit', '--subject', 'team', '--json')).stdout)).toHaveLength(2);
    expect((await cli.run('audit', '--actor', 'nobody else')).stderr).toContain('there is no such change');
    expect((await cli.run('audit', '--from', 'yesterday')).exitCode).not.toBe(0);
  });

  it('refuses what is no question and no right', async () => {
    const call = async (query: string, key = app.key) =>
      read(await app.request('GET', `/v1/audit${query}`, undefined, { authorization: `Bearer ${key}` }));
    for (const query of ['?from=x', '?subject=', '?actor=%00', '?limit=0', '?cursor=WyJhIl0', '?since=1'])
      expect(await call(query)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    const { key } = await ask<{ key: string }>(app, 'POST', '/v1/keys', { name: 'b', scopes: ['statements:read'] });
    expect((await call('', key)).status).toBe(403);
  });

  it.each([`update audit_entry set actor = 'other'`, `delete from audit_entry`, `truncate audit_entry`])(
    'has the database refuse: %s',
    async (statement) => {
      await expect(sql(statement)).rejects.toThrow('append-only');
    },
  );
});
