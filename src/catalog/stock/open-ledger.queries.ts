import type { EntityManager } from 'typeorm';

const GUARD = 'stock_movements_append_only';

export async function openLedger(tx: EntityManager): Promise<void> {
  await tx.query(`ALTER TABLE stock_movements DISABLE TRIGGER ${GUARD}`);
}

export async function closeLedger(tx: EntityManager): Promise<void> {
  await tx.query(`ALTER TABLE stock_movements ENABLE TRIGGER ${GUARD}`);
}
