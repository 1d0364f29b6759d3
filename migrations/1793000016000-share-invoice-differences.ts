import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A difference to an invoice may go where a pool of shared cost goes. */
export class ShareInvoiceDifferences1793000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table reconciliation_policy drop constraint reconciliation_policy_policy_check;
      alter table reconciliation_policy
        add constraint reconciliation_policy_policy_check check (policy in ('hold', 'true_up', 'shared_pool')),
        -- Whose policy says who the difference goes to.
        add column shared_pool text,
        add constraint reconciliation_policy_shared_pool_check check ((shared_pool is not null) = (policy = 'shared_pool')),
        add foreign key (account_id, shared_pool) references pool;
    `);
  }

  /** Fails where a policy says `shared_pool`: it cannot be told in the words of before. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table reconciliation_policy
        drop column shared_pool,
        drop constraint reconciliation_policy_policy_check,
        add constraint reconciliation_policy_policy_check check (policy in ('hold', 'true_up'));
    `);
  }
}
