import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('team_version')
export class TeamVersionEntity {
  @PrimaryColumn({ name: 'account_id', type: 'int' })
  accountId!: number;

  @PrimaryColumn({ type: 'text' })
  team!: string;

  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom!: Date;

  @Column({ name: 'cost_center', type: 'text', nullable: true })
  costCenter!: string | null;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'recorded_by', type: 'text', nullable: true })
  recordedBy!: string | null;
}
