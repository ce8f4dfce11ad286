import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ProductImport } from './product-import.entity.js';

/** What is wrong with one field of one row of an imported file. */
@Entity('product_import_errors')
export class ProductImportError {
  @ForeignKey(() => ProductImport, { name: 'product_import_errors_import_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'import_id', primaryKeyConstraintName: 'product_import_errors_pkey' })
  importId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'product_import_errors_pkey' })
  line!: number;

  /** The header of the column; empty if the whole row is wrong. */
  @PrimaryColumn('varchar', { length: 100, primaryKeyConstraintName: 'product_import_errors_pkey' })
  field!: string;

  @Column('varchar', { length: 200, nullable: true })
  sku!: string | null;

  @Column('text')
  message!: string;
}
