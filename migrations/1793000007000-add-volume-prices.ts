import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prices that follow the volume of a billing period. */
export class AddVolumePrices1793000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- {"output": {"model": "graduated", "tiers": [{"volumeFrom": "0", "picosPerToken": "2500000"}, …]},
      --  "inputUncached": {"model": "package", "packageTokens": "1000000", "picosPerPackage": "2500000000000"}};
      -- null where every class is priced by rates alone.
      alter table price_version add column volume_prices jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table price_version drop column volume_prices;`);
  }
}
