import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables of versions: what their entries are of, and the columns that are known by one name through all versions. */
const VERSIONED = [
  ['team_version', 'team', 'team'],
  ['cost_center_version', 'cost_center', 'cost_center'],
  ['mapping_rule', 'mapping_rule', 'match tag_key pattern valid_from'],
  ['pool_policy', 'pool_policy', 'pool'],
  ['capacity_purchase_version', 'capacity_purchase', 'purchase'],
  ['price_rule', 'price_rule', 'kind provider model service_tier team cost_center valid_from'],
  ['invoice_version', 'invoice', 'invoice_id'],
  ['invoice_match', 'invoice_match', 'provider sub_account sku resource tag'],
  ['reconciliation_policy', 'reconciliation_policy', 'party'],
  ['ledger_code', 'ledger_code', 'kind name'],
] as const;

/** Characters of what a change says. */
const BOUND = 16_384;

/**
 * The audit trail. The database writes it, in the transaction of the change itself: no way to the tables, a prompt either, goes
 * past it. What was there before has its own authors and times and is not in it.
 */
export class CreateAudit1793000017000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table audit_entry (
        account_id int not null references billing_account,
        audit_id bigint not null generated always as identity,
        changed_at timestamptz not null,
        -- As records name who did something: "finance (5f0c1d2e3b4a)", or "apportion" for the product itself.
        actor text not null,
        actor_key text generated always as (substring(actor from '\\(([0-9a-f]{12})\\)$')) stored,
        action text not null,
        -- Of what kind the changed is, and which of them.
        kind text not null,
        subject text not null,
        before jsonb,
        after jsonb not null,
        primary key (account_id, audit_id)
      );
      create index audit_entry_changed_at on audit_entry (account_id, changed_at);
      create index audit_entry_subject on audit_entry (account_id, kind, subject, audit_id);
      create index audit_entry_actor on audit_entry (account_id, actor_key, audit_id);
      create trigger refuse_change before update or delete on audit_entry for each row execute function refuse_change();
      create trigger refuse_truncate before truncate on audit_entry for each statement execute function refuse_change();

      -- Who revoked a key was not kept so far.
      alter table api_key add column revoked_by text;
      update api_key set scopes = scopes || array['audit:read']
      where revoked_at is null and 'keys:write' = any (scopes) and not 'audit:read' = any (scopes);
    `);
    await runner.query(this.functions());
    await runner.query(this.changes());
    for (const [table, kind, columns] of VERSIONED)
      await runner.query(`
        create trigger audit after insert on ${table} for each row execute function audit_version('${kind}', '${columns}')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = [
      ...VERSIONED.map(([table]) => table),
      'api_key',
      'line_review',
      'statement_close',
      'statement_issue',
    ];
    for (const table of tables) await runner.query(`drop trigger audit on ${table}`);
    await runner.query(`
      drop function audit_version; drop function audit_key; drop function audit_review; drop function audit_close;
      drop function audit_issue; drop function audit; drop function audit_said;
      alter table api_key drop column revoked_by;
      drop table audit_entry;
    `);
  }

  private functions(): string {
    return `
      -- What a row says, within bounds. Amounts are text, for a JSON number may be read inexactly.
      create function audit_said(said jsonb) returns jsonb language sql immutable as $$
        select case when length(said::text) > ${BOUND} then jsonb_build_object('omitted', length(said::text)) else (
          select jsonb_object_agg(key, case
            when jsonb_typeof(value) = 'number' and (value::text like '%.%' or length(value::text) > 15)
              then to_jsonb(value::text) else value end)
          from jsonb_each(said - 'account_id') each_field
        ) end
      $$;

      create function audit(account int, at timestamptz, who text, action text, kind text, subject text, before jsonb, after jsonb)
      returns void language sql as $$
        insert into audit_entry (account_id, changed_at, actor, action, kind, subject, before, after)
        values (account, at,
          coalesce((select k.name || ' (' || k.api_key_id || ')' from api_key k where k.account_id = account and k.api_key_id = who),
            who, 'apportion'),
          action, kind, subject, audit_said(before), audit_said(after))
      $$;

      -- A version of what is known by the columns that the second argument names, and the version before it.
      create function audit_version() returns trigger language plpgsql set timezone = 'UTC' as $$
      declare
        kind text := tg_argv[0];
        columns text[] := string_to_array(tg_argv[1], ' ');
        said jsonb := to_jsonb(new);
        was jsonb;
        same text := (select string_agg(format('t.%1$I = ($1).%1$I', name), ' and ') from unnest(columns) name);
        subject text := (select string_agg(said->>name, ' ' order by place) from unnest(columns) with ordinality named (name, place)
          where said->>name <> '');
        verb text;
      begin
        execute format('select to_jsonb(t) from %I.%I t where t.account_id = ($1).account_id and t.version < ($1).version and %s
          order by t.version desc limit 1', tg_table_schema, tg_table_name, same) into was using new;
        verb := case when (said->>'withdrawn')::boolean then 'withdrawn' when was is null then 'made' else 'changed' end;
        perform audit(new.account_id, new.recorded_at, new.recorded_by, kind || '.' || verb, kind, subject, was, said);
        return null;
      end $$;`;
  }

  private changes(): string {
    return `
      create function audit_key() returns trigger language plpgsql set timezone = 'UTC' as $$ begin
        if tg_op = 'INSERT' then
          perform audit(new.account_id, new.created_at, new.created_by, 'key.made', 'key', new.api_key_id, null,
            to_jsonb(new) - 'secret_sha256');
        else
          perform audit(new.account_id, new.revoked_at, new.revoked_by, 'key.revoked', 'key', new.api_key_id,
            to_jsonb(old) - 'secret_sha256', to_jsonb(new) - 'secret_sha256');
        end if;
        return null;
      end $$;
      create trigger audit after insert or update of revoked_at on api_key for each row execute function audit_key();

      create function audit_review() returns trigger language plpgsql set timezone = 'UTC' as $$
      declare
        was jsonb := (select to_jsonb(r) from line_review r where r.account_id = new.account_id
          and r.billing_period = new.billing_period and r.line_id = new.line_id and r.review_id < new.review_id
          order by r.review_id desc limit 1);
        verb text := case new.action when 'dispute' then 'disputed' when 'answer' then 'answered' else 'acknowledged' end;
      begin
        perform audit(new.account_id, new.said_at, new.said_by, 'line.' || verb, 'line', new.line_id, was, to_jsonb(new));
        return null;
      end $$;
      create trigger audit after insert on line_review for each row execute function audit_review();

      -- Of a close what its document says, but for long lists, which stay with the close.
      create function audit_close() returns trigger language plpgsql set timezone = 'UTC' as $$
      declare
        entry journal_entry;
      begin
        select * into entry from journal_entry where account_id = new.account_id and close_number = new.close_number;
        perform audit(new.account_id, entry.posted_at, entry.posted_by, 'statement.closed', 'statement', new.billing_period, null,
          (new.document::jsonb - '{pools,versions,unknownTeams,businessUnits}'::text[]) || jsonb_build_object('hash', new.hash));
        return null;
      end $$;
      create trigger audit after insert on statement_close for each row execute function audit_close();

      create function audit_issue() returns trigger language plpgsql set timezone = 'UTC' as $$ begin
        perform audit(new.account_id, new.issued_at, new.issued_by, 'statement.issued', 'statement', c.billing_period, null, to_jsonb(new))
        from statement_close c where c.account_id = new.account_id and c.close_number = new.close_number;
        return null;
      end $$;
      create trigger audit after insert on statement_issue for each row execute function audit_issue();`;
  }
}
