import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PolicyParameters, SharesRow } from './policy-parameters.js';

@Entity('pool_policy')
export class PoolPolicyEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int' })
  accountId!: number;

  @PrimaryColumn({ type: 'text' })
  pool!: string;

  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom!: Date;

  @Column({ type: 'text' })
  basis!: string;

  @Column({ type: 'jsonb' })
  parameters!: PolicyParameters;

  /** Null: a policy of a shared pool. */
  @Column({ type: 'text', nullable: true })
  idle!: string | null;

  @Column({ name: 'idle_shares', type: 'jsonb', nullable: true })
  idleShares!: SharesRow | null;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'recorded_by', type: 'text', nullable: true })
  recordedBy!: string | null;
}
