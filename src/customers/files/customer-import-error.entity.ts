import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CustomerImport } from './customer-import.entity.js';

const pkey = { primaryKeyConstraintName: 'customer_import_errors_pkey' };

/** What is wrong with one field of one row of an imported file. */
@Entity('customer_import_errors')
export class CustomerImportError {
  @ForeignKey(() => CustomerImport, { name: 'customer_import_errors_import_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'import_id', ...pkey })
  importId!: string;

  @PrimaryColumn('integer', { ...pkey })
  line!: number;

  /** The header of the column; empty if the whole row is wrong. */
  @PrimaryColumn('varchar', { length: 100, ...pkey })
  field!: string;

  @Column('text')
  message!: string;
}
