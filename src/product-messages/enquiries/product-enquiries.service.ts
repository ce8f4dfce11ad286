import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type NamedAtMeta, Sellables } from '../../catalog/sellables/sellables.service.js';
import { ProductStats } from '../../catalog/statistics/product-stats.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import * as queries from './product-clicks.queries.js';

export interface Enquired {
  catalogId: string;
  productId: string;
  variantId: string | null;
}

export interface ProductClick {
  organizationId: string;
  /** Meta's id of the click: the same one counts once. */
  clickId: string;
  /** Meta's id of the item. */
  product: string;
  at: Date;
}

/** What people ask about and tap on. Meta tells of no other views. */
@Injectable()
export class ProductEnquiries {
  constructor(
    private readonly sellables: Sellables,
    private readonly stats: ProductStats,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
  ) {}

  /** The product behind each name, in their order; null: none of the organization's catalogs has it. */
  async find(db: EntityManager, named: readonly (NamedAtMeta | null)[]): Promise<(Enquired | null)[]> {
    const asked = named.flatMap((one) => one ?? []);
    const found = new Map((await this.sellables.namedAtMeta(db, asked)).map((one) => [keyOf(one), one]));
    return named.map((one) => (one === null ? null : (found.get(keyOf(one)) ?? null)));
  }

  /** Each is one view, on the day on which it happened. */
  async count(
    tx: EntityManager,
    views: readonly (Enquired & { organizationId: string; at: Date })[],
  ): Promise<void> {
    for (const organizationId of [...new Set(views.map((view) => view.organizationId))].sort()) {
      const own = views.filter((view) => view.organizationId === organizationId);
      await this.stats.add(
        tx,
        organizationId,
        own.map(({ catalogId, productId, variantId, at }) => ({
          ...{ catalogId, productId, variantId, campaignId: null, views: 1 },
          date: dayAt(at, this.settings.timeZone),
        })),
      );
    }
  }

  /** Returns how many were new. */
  async click(tx: EntityManager, clicks: readonly ProductClick[]): Promise<number> {
    const fresh = new Set(await queries.noteClicks(tx, clicks, this.clock.now()));
    const found = await this.sellables.byMetaId(
      tx,
      clicks.map(({ organizationId, product }) => ({ organizationId, metaProductId: product })),
    );
    const products = new Map(found.map((one) => [`${one.organizationId} ${one.metaProductId}`, one]));
    const views = clicks.flatMap(({ organizationId, clickId, product, at }) => {
      const one = products.get(`${organizationId} ${product}`);
      // The same click twice in a batch is one view.
      return one !== undefined && fresh.delete(queries.clickKey(organizationId, clickId))
        ? [{ ...one, organizationId, at }]
        : [];
    });
    await this.count(tx, views);
    return views.length;
  }
}

function keyOf({ organizationId, metaCatalogId, retailerId }: NamedAtMeta): string {
  return `${organizationId} ${metaCatalogId} ${retailerId}`;
}
