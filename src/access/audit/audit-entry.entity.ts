import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('audit_log')
@Index('audit_log_organization_idx', ['organizationId', 'id'])
export class AuditEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_log_pkey', default: () => 'new_id()' })
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  /** The person in the session. */
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** Method and route, with parameter names in place of values: `POST /api/keys`. */
  @Column('varchar', { length: 200 })
  action!: string;

  @Column('varchar', { name: 'object_id', length: 200, nullable: true })
  objectId!: string | null;

  /** Null: the process died before it could respond. */
  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('varchar', { name: 'request_id', length: 100 })
  requestId!: string;

  @Column('varchar', { length: 64, nullable: true })
  ip!: string | null;

  @Column('timestamptz')
  at!: Date;
}
