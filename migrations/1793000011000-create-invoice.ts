import type { MigrationInterface, QueryRunner } from 'typeorm';

const APPEND_ONLY = ['invoice', 'invoice_version', 'invoice_line', 'invoice_match', 'reconciliation_policy'];

/** What vendors billed, which of it is whose, and what happens to the difference to what was metered. */
export class CreateInvoice1793000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(this.invoices());
    await runner.query(this.rules());
    for (const table of APPEND_ONLY) {
      await runner.query(`
        create trigger refuse_change before update or delete on ${table} for each row execute function refuse_change();
        create trigger refuse_truncate before truncate on ${table} for each statement execute function refuse_change();
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table reconciliation_policy; drop table invoice_match; drop table invoice_line; drop table invoice_version;
      drop table invoice;
    `);
  }

  private invoices(): string {
    return `
      -- An invoice or credit note is known by who sent it and its number. What it says is in its versions, of which the highest
      -- counts: a corrected invoice is one more.
      create table invoice (
        account_id int not null references billing_account,
        invoice_id uuid not null,
        provider text not null check (provider <> ''),
        invoice_number text not null check (invoice_number <> ''),
        primary key (account_id, invoice_id),
        unique (account_id, provider, invoice_number)
      );

      create table invoice_version (
        account_id int not null,
        invoice_id uuid not null,
        version int not null check (version > 0),
        kind text not null check (kind in ('invoice', 'credit_note')),
        -- The month it is for, as 2026-10; each line has its own.
        billing_period text not null,
        issued_on date,
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        -- Of a credit note: the number of the invoice that it takes back from.
        credits_number text check ((kind = 'credit_note') = (credits_number is not null)),
        -- A withdrawn version has no lines and counts for nothing.
        withdrawn boolean not null,
        reason text,
        file_sha256 text,
        -- Of all lines, in whatever order they came: the same content is the same version.
        content_hash text not null,
        line_count int not null check (line_count >= 0),
        amount numeric(38,12) not null,
        tax numeric(38,12) not null,
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, invoice_id, version),
        foreign key (account_id, invoice_id) references invoice
      );

      create table invoice_line (
        account_id int not null,
        invoice_id uuid not null,
        version int not null,
        -- Of the file or list it came in.
        line_number int not null check (line_number > 0),
        -- The account's month that the line is reconciled in: that of the middle of its usage period.
        period text not null,
        sub_account text,
        sku text,
        description text,
        resource text,
        tags jsonb,
        -- The pool, where the line itself says it.
        pool text,
        model text,
        region text,
        category text,
        usage_from timestamptz,
        usage_to timestamptz,
        quantity numeric,
        unit text,
        -- Without tax; of either sign.
        amount numeric(38,12) not null,
        tax numeric(38,12) not null,
        primary key (account_id, invoice_id, version, line_number),
        foreign key (account_id, invoice_id, version) references invoice_version,
        check (usage_to is null or usage_from < usage_to)
      );
      create index invoice_line_period on invoice_line (account_id, period);`;
  }

  private rules(): string {
    return `
      -- Which invoice lines are whose. A rule is known by what it asks for ('' asks for nothing); of its versions the latest
      -- from_period at or before a line's month counts, of several the highest.
      create table invoice_match (
        account_id int not null references billing_account,
        provider text not null check (provider <> ''),
        sub_account text not null,
        sku text not null,
        resource text not null,
        tag text not null,
        version int not null check (version > 0),
        -- '' is from the beginning.
        from_period text not null,
        -- none: the rule holds no more.
        target text not null check (target in ('pool', 'provider', 'platform', 'none')),
        pool text check ((pool is not null) = (target = 'pool')),
        target_provider text check ((target_provider is not null) = (target = 'provider')),
        model text,
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, provider, sub_account, sku, resource, tag, version)
      );

      -- What happens to the difference between what a party was metered and invoiced.
      create table reconciliation_policy (
        account_id int not null references billing_account,
        -- pool:h100 or provider:openai.
        party text not null check (party ~ '^(pool|provider):.'),
        version int not null check (version > 0),
        from_period text not null,
        policy text not null check (policy in ('hold', 'true_up')),
        -- A difference within either is none.
        tolerance numeric(38,12) not null check (tolerance >= 0 and tolerance < 1e26),
        tolerance_basis_points int not null check (tolerance_basis_points between 0 and 10000),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, party, version)
      );`;
  }
}
