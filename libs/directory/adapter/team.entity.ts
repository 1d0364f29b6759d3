import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('team')
export class TeamEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int' })
  accountId!: number;

  @PrimaryColumn({ type: 'text' })
  team!: string;

  @Column({ name: 'display_name', type: 'text', nullable: true })
  displayName!: string | null;

  @Column({ name: 'registered_by', type: 'text' })
  registeredBy!: 'admin' | 'event';

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
