import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../organizations/organization.entity.js';

@Entity('api_keys')
@Index('api_keys_hash_idx', ['keyHash'], { unique: true })
@Index('api_keys_organization_idx', ['organizationId', 'id'])
export class ApiKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'api_keys_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  /** The first characters of the key: enough to recognise it in a list, useless to a thief. */
  @Column('varchar', { length: 20 })
  prefix!: string;

  @Column('varchar', { name: 'key_hash', length: 64 })
  keyHash!: string;

  @Column('text', { array: true })
  scopes!: string[];

  @Column('boolean', { name: 'is_bootstrap', default: false })
  isBootstrap!: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
