import { Injectable } from '@nestjs/common';
import { ConnectedCatalogs } from '../../catalog/sellables/connected-catalogs.service.js';
import { whyUnsendable } from '../../catalog/sellables/sellable.js';
import { Sellables } from '../../catalog/sellables/sellables.service.js';
import { CatalogClient } from '../../whatsapp/catalogs/catalog.client.js';
import type { BusinessAccount } from '../../whatsapp/graph/business-accounts.js';
import { asObjects, asText } from '../../whatsapp/json/json-fields.js';
import type { ProductNames } from './component-products.js';

export interface RefusedProduct {
  /** As the caller named it. */
  reference: string;
  message: string;
}

export interface ProductCheck {
  /** Those that a catalog of ours has, each once. */
  products: { catalogId: string; productId: string }[];
  refused: RefusedProduct[];
}

/** Meta takes so many SKUs in one look-up. */
const SKUS_A_CALL = 50;

/** The products that templates name, by our ids or by SKU: their names for Meta, and whether they may be sent. */
@Injectable()
export class TemplateProducts {
  constructor(
    private readonly sellables: Sellables,
    private readonly connections: ConnectedCatalogs,
    private readonly client: CatalogClient,
  ) {}

  /** Reads only what is known here, for every message. */
  async namesOf(
    organizationId: string,
    senderId: string | null,
    references: readonly string[],
  ): Promise<ProductNames> {
    const catalog = await this.connections.lastKnown(organizationId, senderId);
    const skus = await this.sellables.skusByIds(organizationId, references);
    return { skus, metaCatalogId: catalog?.metaCatalogId ?? null };
  }

  /**
   * Against the catalog that the account sells from, which Meta is asked for. A connected catalog that is not adopted
   * here is looked at there. What Meta does not say is left to Meta to judge.
   */
  async check(
    organizationId: string,
    senderId: string | null,
    references: readonly string[],
  ): Promise<ProductCheck> {
    const { metaCatalogId, account } = await this.connections.ofSender(organizationId, senderId);
    if (metaCatalogId === null)
      return allRefused(
        references,
        'cannot be sent: the WhatsApp account of the sender sells from no catalog',
      );
    const ours =
      metaCatalogId === undefined
        ? await this.connections.lastKnown(organizationId, senderId)
        : await this.connections.ours(organizationId, metaCatalogId);
    if (ours !== undefined) {
      if (metaCatalogId !== undefined)
        await this.connections.note(organizationId, ours.catalogId, metaCatalogId);
      return this.checkHere({ organizationId, catalogId: ours.catalogId }, references);
    }
    if (metaCatalogId === undefined || account === null) return { products: [], refused: [] };
    return this.checkAtMeta(organizationId, account, metaCatalogId, references);
  }

  private async checkHere(
    place: { organizationId: string; catalogId: string },
    references: readonly string[],
  ): Promise<ProductCheck> {
    const found = await this.sellables.find(place, references);
    const products = new Set<string>();
    const refused: RefusedProduct[] = [];
    for (const reference of references) {
      const sellable = found.get(reference);
      const why = sellable === undefined ? NOT_THERE : whyUnsendable(sellable)?.message;
      if (why !== undefined) refused.push({ reference, message: why });
      else if (sellable !== undefined) products.add(sellable.productId);
    }
    const { catalogId } = place;
    return { products: [...products].map((productId) => ({ catalogId, productId })), refused };
  }

  private async checkAtMeta(
    organizationId: string,
    { token }: BusinessAccount,
    metaCatalogId: string,
    references: readonly string[],
  ): Promise<ProductCheck> {
    const skus = await this.sellables.skusByIds(organizationId, references);
    const there = new Set<string>();
    const asked = references.map((reference) => skus.get(reference) ?? reference);
    for (let start = 0; start < asked.length; start += SKUS_A_CALL) {
      const wanted = { fields: ['id', 'retailer_id'], skus: asked.slice(start, start + SKUS_A_CALL) };
      const answer = await this.client.productsBySku(token, metaCatalogId, wanted);
      if (answer.outcome !== 'ok') return { products: [], refused: [] };
      for (const node of asObjects(answer.value.nodes)) there.add(asText(node['retailer_id']) ?? '');
    }
    const refused = references.filter((_, n) => !there.has(asked[n] ?? ''));
    return { products: [], refused: refused.map((reference) => ({ reference, message: NOT_THERE })) };
  }
}

const NOT_THERE = 'is not in the catalog that the WhatsApp account of the sender sells from';

function allRefused(references: readonly string[], message: string): ProductCheck {
  return { products: [], refused: references.map((reference) => ({ reference, message })) };
}
