import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pools, the policy by which each one's cost is attributed, and what its instances cost. */
export class CreateCostRecord1793000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table pool (
        account_id int not null references billing_account,
        pool text not null check (pool <> ''),
        created_at timestamptz not null default now(),
        primary key (account_id, pool)
      );

      -- How a pool's cost is attributed from valid_from on. Never updated; the latest valid_from at or before the charge
      -- period counts, of several the highest version.
      create table pool_policy (
        account_id int not null,
        pool text not null,
        version int not null check (version > 0),
        valid_from timestamptz not null,
        basis text not null,
        -- The parameters of the basis: weights, throughput profile.
        parameters jsonb not null,
        idle text not null,
        -- Percent by team, where the idle policy has shares.
        idle_shares jsonb check ((idle_shares is not null) = (idle in ('fixed', 'reserved'))),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, pool, version),
        foreign key (account_id, pool) references pool
      );

      -- A cost record says: from valid_from on, so many instances of this type stood in the pool at this rate. What it is
      -- known by never changes; what it says is in its versions, of which the highest counts.
      create table cost_record (
        account_id int not null,
        cost_record_id uuid not null,
        pool text not null,
        provider text not null,
        region text not null,
        instance_type text not null,
        pricing_model text not null,
        valid_from timestamptz not null,
        primary key (account_id, cost_record_id),
        foreign key (account_id, pool) references pool,
        unique (account_id, pool, provider, region, instance_type, pricing_model, valid_from)
      );

      create table cost_record_version (
        account_id int not null,
        cost_record_id uuid not null,
        version int not null check (version > 0),
        valid_to timestamptz,
        hourly_rate numeric(38,12) not null check (hourly_rate >= 0 and hourly_rate < 1e26),
        -- The public on-demand rate of the same instance, where known.
        list_hourly_rate numeric(38,12) check (list_hourly_rate >= 0 and list_hourly_rate < 1e26),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        -- Zero withdraws the record. A fraction is an average over the time.
        instance_count numeric(18,6) not null check (instance_count >= 0 and instance_count < 1e12),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, cost_record_id, version),
        foreign key (account_id, cost_record_id) references cost_record
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table cost_record_version; drop table cost_record; drop table pool_policy; drop table pool;`,
    );
  }
}
