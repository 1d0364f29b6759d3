import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Shared cost pools beside pools of capacity: what has no instances is split over teams or other pools. */
export class CreateSharedCost1793000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- capacity: instances that serve models. shared: storage, network, staff; cost that serves all.
      alter table pool add column kind text not null default 'capacity' check (kind in ('capacity', 'shared'));

      -- A shared pool stands nowhere idle, so its policies have no idle policy. Their basis is what parts follow; the
      -- parameters say over what it is split, and by which shares.
      alter table pool_policy alter column idle drop not null;

      -- A shared cost says: so much accrues evenly from valid_from on, until the end that its versions say. What it is known
      -- by never changes; of its versions the highest counts.
      create table shared_cost (
        account_id int not null,
        shared_cost_id uuid not null,
        pool text not null,
        description text not null check (description <> ''),
        -- Empty: none is named.
        vendor text not null,
        valid_from timestamptz not null,
        primary key (account_id, shared_cost_id),
        foreign key (account_id, pool) references pool,
        unique (account_id, pool, description, vendor, valid_from)
      );

      create table shared_cost_version (
        account_id int not null,
        shared_cost_id uuid not null,
        version int not null check (version > 0),
        valid_to timestamptz not null,
        -- Of all the time, not a rate. Below zero: a credit. Zero withdraws the cost.
        amount numeric(38,12) not null check (amount > -1e26 and amount < 1e26),
        -- The same at public prices, where that is another amount.
        list_amount numeric(38,12) check (list_amount > -1e26 and list_amount < 1e26),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, shared_cost_id, version),
        foreign key (account_id, shared_cost_id) references shared_cost
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table shared_cost_version; drop table shared_cost;
      delete from pool_policy where idle is null;
      alter table pool_policy alter column idle set not null;
      delete from pool where kind = 'shared';
      alter table pool drop column kind;
    `);
  }
}
