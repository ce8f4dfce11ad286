import type { EntityManager } from 'typeorm';
import { closeLedger, openLedger } from './open-ledger.queries.js';

/** Lets `empty` take the products and their ledger away as a whole; otherwise the ledger refuses it. */
export async function withOpenLedger(tx: EntityManager, empty: () => Promise<void>): Promise<void> {
  await openLedger(tx);
  await empty();
  await closeLedger(tx);
}
