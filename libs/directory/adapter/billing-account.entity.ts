import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('billing_account')
export class BillingAccountEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int' })
  accountId!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'time_zone', type: 'text' })
  timeZone!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ name: 'platform_team', type: 'text' })
  platformTeam!: string;
}
