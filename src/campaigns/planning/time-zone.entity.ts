import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A time zone that a recipient's row names in two bytes. */
@Entity('time_zones')
@Unique('time_zones_name_key', ['name'])
export class TimeZone {
  @PrimaryGeneratedColumn('identity', {
    type: 'smallint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'time_zones_pkey',
  })
  id!: number;

  /** The name in the IANA database, such as Asia/Kolkata. */
  @Column('varchar', { length: 64 })
  name!: string;
}
