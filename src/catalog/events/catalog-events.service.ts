import type { EntityManager } from 'typeorm';
import type { Concerned, StockTurn } from './stock-turn.js';

export interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

/** What happens in a catalog, for those who build on it; written in the transaction of the change. */
export abstract class CatalogEvents {
  abstract stockTurned(tx: EntityManager, organizationId: string, turns: readonly StockTurn[]): Promise<void>;
  /** By a batch, or by the review. */
  abstract rejected(tx: EntityManager, of: OfCatalog, items: readonly Concerned[]): Promise<void>;
  abstract syncFinished(tx: EntityManager, organizationId: string, runId: string): Promise<void>;
}
