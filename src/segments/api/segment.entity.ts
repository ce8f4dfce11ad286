import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

/** A saved segment. The query is stored as given, so "in the last 30 days" means the 30 days before each use. */
@Entity('segments')
@Index('segments_name_idx', ['organizationId', 'name'], { unique: true })
export class Segment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'segments_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'segments_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('jsonb')
  query!: Record<string, unknown>;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
