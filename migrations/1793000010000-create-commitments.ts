import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Capacity that is bought for a term: reservations, commitments, hardware of one's own. */
export class CreateCommitments1793000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table capacity_purchase (
        account_id int not null references billing_account,
        -- What it is known by: the provider's id of it, an asset's number.
        purchase text not null check (purchase <> ''),
        primary key (account_id, purchase)
      );

      -- What is said of a purchase; of several versions the highest counts. Never updated.
      create table capacity_purchase_version (
        account_id int not null,
        purchase text not null,
        version int not null check (version > 0),
        pool text not null,
        provider text not null,
        region text not null,
        instance_type text not null,
        pricing_model text not null,
        valid_from timestamptz not null,
        valid_to timestamptz not null check (valid_to > valid_from),
        -- Zero withdraws the purchase.
        instance_count numeric(18,6) not null check (instance_count >= 0 and instance_count < 1e12),
        -- Of all instances together.
        upfront numeric(38,12) not null check (upfront >= 0 and upfront < 1e26),
        residual_value numeric(38,12) not null check (residual_value >= 0 and residual_value <= upfront),
        -- What is paid as time goes by: [{from, hourlyRate, power: {kilowatts, pue, pricePerKilowattHour} | null}], decimals as text.
        terms jsonb not null check (jsonb_typeof(terms) = 'array'),
        list_hourly_rate numeric(38,12) check (list_hourly_rate >= 0 and list_hourly_rate < 1e26),
        contracted_hourly_rate numeric(38,12) check (contracted_hourly_rate >= 0 and contracted_hourly_rate < 1e26),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, purchase, version),
        foreign key (account_id, purchase) references capacity_purchase,
        foreign key (account_id, pool) references pool
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table capacity_purchase_version; drop table capacity_purchase;`);
  }
}
