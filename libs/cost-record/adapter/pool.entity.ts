import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('pool')
export class PoolEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int' })
  accountId!: number;

  @PrimaryColumn({ type: 'text' })
  pool!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
