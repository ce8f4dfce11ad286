import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents, type NewDomainEvent } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Scoped } from '../../platform/database/scoped.js';
import { ProductDto } from '../api/product.dto.js';
import { VariantDto } from '../api/variant.dto.js';
import { SyncRun } from '../calls/sync-run.entity.js';
import { CatalogEvents, type OfCatalog } from '../events/catalog-events.service.js';
import type { Concerned, StockTurn } from '../events/stock-turn.js';
import { shownProducts, shownVariants } from '../products/shown-products.queries.js';
import { SyncRunDto } from '../sync-api/sync-run.dto.js';

type ProductKind = 'product.rejected' | 'product.out_of_stock' | 'product.back_in_stock';

/** Events carry the object as the API shows it; that of a variant is its product, with the variant beside it. */
@Injectable()
export class RecordedCatalogEvents extends CatalogEvents {
  constructor(
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {
    super();
  }

  async stockTurned(tx: EntityManager, organizationId: string, turns: readonly StockTurn[]): Promise<void> {
    const concerned = turns.map((turn) => ({ ...turn, kind: `product.${turn.turn}` as const }));
    await this.record(tx, organizationId, concerned);
  }

  async rejected(
    tx: EntityManager,
    { organizationId }: OfCatalog,
    items: readonly Concerned[],
  ): Promise<void> {
    const concerned = items.map((item) => ({ ...item, kind: 'product.rejected' as const }));
    await this.record(tx, organizationId, concerned);
  }

  async syncFinished(tx: EntityManager, organizationId: string, runId: string): Promise<void> {
    if (!this.events.wanted(organizationId, 'catalog.sync_finished')) return;
    const run = await new Scoped(tx, SyncRun, organizationId, 'sync run').get(runId);
    const event = {
      organizationId,
      kind: 'catalog.sync_finished',
      customerId: null,
      objectId: runId,
    } as const;
    const data = fieldsOf(SyncRunDto.of(run));
    await this.events.record(tx, [{ ...event, data, occurredAt: this.clock.now() }]);
  }

  private async record(
    tx: EntityManager,
    organizationId: string,
    concerned: readonly (Concerned & { kind: ProductKind })[],
  ): Promise<void> {
    const wanted = concerned.filter(({ kind }) => this.events.wanted(organizationId, kind));
    if (wanted.length === 0) return;
    const productIds = [...new Set(wanted.map(({ productId }) => productId))];
    const variantIds = wanted.flatMap(({ variantId }) => variantId ?? []);
    const products = await shownProducts(tx, organizationId, productIds);
    const variants = await shownVariants(tx, organizationId, variantIds);
    const productById = new Map(products.map((product) => [product.id, product]));
    const variantById = new Map(variants.map((variant) => [variant.id, variant]));
    const occurredAt = this.clock.now();
    const events = wanted.flatMap(({ productId, variantId, kind }): NewDomainEvent[] => {
      const product = productById.get(productId);
      const variant = variantId === null ? undefined : variantById.get(variantId);
      // A group is not sold: its own quantity is only shown.
      const isGone =
        product === undefined || (variantId === null ? product.hasVariants : variant === undefined);
      if (isGone) return [];
      const data = {
        ...fieldsOf(ProductDto.of(product)),
        ...(variant === undefined ? {} : { variant: VariantDto.of(variant) }),
      };
      return [{ organizationId, kind, customerId: null, objectId: productId, data, occurredAt }];
    });
    await this.events.record(tx, events);
  }
}

function fieldsOf(shown: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(shown));
}
