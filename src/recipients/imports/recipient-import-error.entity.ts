import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { RecipientImport } from './recipient-import.entity.js';

const pkey = { primaryKeyConstraintName: 'recipient_import_errors_pkey' };

/** Why a row of a file became no recipient. */
@Entity('recipient_import_errors')
export class RecipientImportError {
  @ForeignKey(() => RecipientImport, { name: 'recipient_import_errors_import_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'import_id', ...pkey })
  importId!: string;

  @PrimaryColumn('integer', { ...pkey })
  line!: number;

  /** What stood in the column of the number. */
  @Column('varchar', { length: 200 })
  input!: string;

  @Column('text')
  message!: string;
}
