import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConsentKind } from './consent.js';

const pkey = { primaryKeyConstraintName: 'suppressions_pkey' };

/** A standing refusal, under the keyed hash of a number or user id, so that it outlives the profile. */
@Entity('suppressions')
export class Suppression {
  @PrimaryColumn('uuid', { name: 'organization_id', ...pkey })
  organizationId!: string;

  @PrimaryColumn('varchar', { name: 'identity_hash', length: 64, ...pkey })
  identityHash!: string;

  @PrimaryColumn('varchar', { length: 20, ...pkey })
  kind!: ConsentKind;

  @Column('varchar', { length: 30 })
  source!: string;

  @Column('timestamptz')
  at!: Date;
}
