import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('organizations')
@Index('organizations_created_by_idx', ['createdByOrganizationId'])
export class Organization {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'organizations_pkey', default: () => 'new_id()' })
  id!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  /** The organization whose admin key made this one, and may make keys for it. Null for the first of all. */
  @ForeignKey(() => Organization, { name: 'organizations_created_by_fkey' })
  @Column('uuid', { name: 'created_by_organization_id', nullable: true })
  createdByOrganizationId!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
