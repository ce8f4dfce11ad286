import { Injectable } from '@nestjs/common';
import type { Catalog } from '../../catalog/catalogs/catalog.entity.js';
import { Catalogs } from '../../catalog/catalogs/catalogs.service.js';
import { ConnectedCatalogs } from '../../catalog/sellables/connected-catalogs.service.js';
import type { Sellable } from '../../catalog/sellables/sellable.js';
import { Sellables } from '../../catalog/sellables/sellables.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Senders } from '../../senders/directory/senders.service.js';
import { type MessageWarning, NOT_CONNECTED } from './message-warning.js';
import { type NamedProduct, notInCatalog, sendableProducts } from './named-products.js';

/** A catalog, and the sender through which it is sold. */
export interface Offer {
  organizationId: string;
  catalog: Catalog;
  senderId: string;
}

/** What of a catalog can be put into a message. */
@Injectable()
export class Offers {
  constructor(
    private readonly catalogs: Catalogs,
    private readonly sellables: Sellables,
    private readonly senders: Senders,
    private readonly connections: ConnectedCatalogs,
  ) {}

  async of(organizationId: string, catalogId: string): Promise<Offer> {
    const catalog = await this.catalogOf(organizationId, catalogId);
    const senderId = catalog.senderId ?? (await this.senders.defaultSender(organizationId)).id;
    return { organizationId, catalog, senderId };
  }

  async products(offer: Offer, named: readonly NamedProduct[]): Promise<Sellable[]> {
    const references = named.map(({ reference }) => reference);
    return sendableProducts(named, await this.sellables.find(placeOf(offer), references));
  }

  /** A product, or the variant of it that is named besides. */
  async product(offer: Offer, productId: string, variantId: string | undefined): Promise<Sellable> {
    const product = { field: 'productId', reference: productId };
    if (variantId === undefined) return only(await this.products(offer, [product]));
    const variant = { field: 'variantId', reference: variantId };
    const found = await this.sellables.find(placeOf(offer), [productId, variantId]);
    const whole = found.get(productId);
    if (whole === undefined) throw notInCatalog('product', [product]);
    const part = found.get(variantId);
    const isOfProduct = part !== undefined && part.variantId !== null && part.productId === whole.productId;
    if (!isOfProduct) throw notInCatalog('variant', [variant]);
    return only(sendableProducts([variant], found));
  }

  /** What a message about the whole catalog shows. */
  async thumbnail(offer: Offer, reference: string | undefined): Promise<Sellable> {
    if (reference !== undefined)
      return only(await this.products(offer, [{ field: 'thumbnailProductId', reference }]));
    const first = await this.sellables.first(placeOf(offer));
    if (first !== undefined) return first;
    const message = 'No product of this catalog is available and synchronised with Meta.';
    throw new DomainError('rule', 'product_not_sendable', message, {
      errors: [{ field: 'thumbnailProductId', message }],
    });
  }

  /** Meta knows better than our copy: a catalog that looks disconnected is a warning and stops nothing. */
  async warnings({ catalog }: Offer): Promise<MessageWarning[]> {
    return (await this.connections.isConnected(catalog)) === false ? [NOT_CONNECTED] : [];
  }

  private async catalogOf(organizationId: string, catalogId: string): Promise<Catalog> {
    try {
      return await this.catalogs.get(organizationId, catalogId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not-found') throw error;
      const errors = [{ field: 'catalogId', message: error.message }];
      throw new DomainError('not-found', error.code, error.message, { errors });
    }
  }
}

const placeOf = ({ organizationId, catalog }: Offer) => ({ organizationId, catalogId: catalog.id });

function only(sellables: readonly Sellable[]): Sellable {
  const [one] = sellables;
  if (one === undefined) throw new TypeError('one name has one product');
  return one;
}
