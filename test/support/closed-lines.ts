import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { parseBillingPeriod } from '#calendar';
import { type CloseDocument, closeHash, documentText } from '#statement';

/** Spells "line" for pg_advisory_lock. */
const LINE_LOCK = 1_818_848_869;

/**
 * Puts a closed month of so many lines into the tables, as a close would have put it there: by team, then project and model,
 * 10,000 lines a team.
 */
export async function closeLines(databaseUrl: string, period: string, lines: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // The triggers would look at every line whether its close is closed.
    await client.query('set session_replication_role = replica');
    await client.query(
      `insert into statement_line (account_id, close_number, line_number, team, cost_center, project, model, provider, pool, kind,
         token_class, unit, price_version_id, policy_version, requests, quantity, list_cost, effective_cost, billed_minor, line_hash)
       select 1, 1, n, 'team-' || lpad((n / 10000)::text, 6, '0'), 'cc-' || n / 10000, 'project-' || n / 100 % 100,
         'model-' || n % 100, null, 'h100-east', 'used', 'output', 'tokens', null, 3, 1 + n % 7, n * 17 % 1000003,
         n * 0.000017000003, n * 0.000016000003, n % 100000, md5(n::text)
       from generate_series(1, $1::int) as n`,
      [lines],
    );
    const text = documentText(documentOf(period, lines));
    await client.query(
      `insert into statement_close (account_id, close_number, billing_period, document, previous_hash, hash)
       values (1, 1, $1, $2, null, $3)`,
      [period, text, closeHash(null, text)],
    );
    await client.query('set session_replication_role = origin');
    await client.query('vacuum analyze statement_line');
  } finally {
    await client.end();
  }
}

function documentOf(name: string, lines: number): CloseDocument {
  const period = parseBillingPeriod(name, 'UTC');
  if (!period) throw new Error(`${name} is not a month`);
  return {
    closeNumber: 1,
    account: 'default',
    currency: 'USD',
    period,
    accruedTo: period.end,
    closedAt: period.end,
    closedBy: 'test',
    accepted: [],
    reason: null,
    platformTeam: 'platform',
    unknownTeams: [],
    businessUnits: [],
    pools: [],
    versions: {
      policies: [],
      prices: [],
      priceRules: [],
      fxRates: [],
      costRecords: [],
      purchases: [],
      sharedCosts: [],
      mappingRules: [],
      invoices: [],
      invoiceMatches: [],
      reconciliationPolicies: [],
    },
    events: 0n,
    lines,
    linesHash: createHash('sha256').digest('hex'),
    billed: 0n,
  };
}

/** Whoever reads lines from a certain one on waits until this lets go. */
export interface HeldLines {
  release(): Promise<void>;
}

/** Holds up every reading of lines from that one on, so that a file of them is half written for as long as a test needs. */
export async function holdLinesFrom(databaseUrl: string, line: number): Promise<HeldLines> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`
    create or replace function pass_line() returns boolean language plpgsql volatile as $$
    begin
      perform pg_advisory_lock_shared(${LINE_LOCK});
      perform pg_advisory_unlock_shared(${LINE_LOCK});
      return true;
    end $$;
    alter table statement_line rename to statement_line_kept;
    create view statement_line as
      select * from statement_line_kept where case when line_number < ${line} then true else pass_line() end`);
  await client.query('select pg_advisory_lock($1)', [LINE_LOCK]);
  return {
    async release() {
      await client.query('select pg_advisory_unlock($1)', [LINE_LOCK]);
      await client.end();
    },
  };
}
