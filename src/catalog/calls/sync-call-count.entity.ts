import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';

/** Calls of one minute about one catalog; an hour of them is held against Meta's budget. */
@Entity('whatsapp_sync_calls')
@Check('whatsapp_sync_calls_kind_check', `kind IN ('write', 'read')`)
export class SyncCallCount {
  @ForeignKey(() => Organization, { name: 'whatsapp_sync_calls_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_sync_calls_catalog_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'catalog_id', primaryKeyConstraintName: 'whatsapp_sync_calls_pkey' })
  catalogId!: string;

  @PrimaryColumn('varchar', { length: 8, primaryKeyConstraintName: 'whatsapp_sync_calls_pkey' })
  kind!: 'write' | 'read';

  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'whatsapp_sync_calls_pkey' })
  minute!: Date;

  @Column('integer')
  calls!: number;
}
