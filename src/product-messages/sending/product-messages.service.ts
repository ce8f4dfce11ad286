import { Injectable } from '@nestjs/common';
import type { Sellable } from '../../catalog/sellables/sellable.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import {
  catalogMessage,
  type Envelope,
  type MessagePayload,
  productCarouselMessage,
  productListMessage,
  productMessage,
} from '../../whatsapp/payloads/message-payload.js';
import { Addressees } from './addressees.service.js';
import { type FallbackTemplate, FallbackTemplates } from './fallback-templates.service.js';
import { type MessageWarning, TEMPLATE_INSTEAD } from './message-warning.js';
import type { NamedProduct } from './named-products.js';
import { type Offer, Offers } from './offers.service.js';
import { ProductOutbox } from './product-outbox.service.js';

interface Request {
  to: string;
  catalogId: string;
  fallbackTemplate?: FallbackTemplate | undefined;
}

interface Words {
  body: string;
  footer?: string | undefined;
}

export type ProductRequest = Request & Partial<Words> & { productId: string; variantId?: string | undefined };
export type ListRequest = Request &
  Words & { header: string; sections: readonly { title?: string | undefined; productIds: string[] }[] };
export type CatalogRequest = Request & Words & { thumbnailProductId?: string | undefined };
export type CarouselRequest = Request & { body: string; productIds: readonly string[] };

export interface QueuedMessage {
  messageId: string;
  status: 'queued';
  warnings: MessageWarning[];
}

/** What a message shows, and its body for Meta. */
interface Content {
  shown: readonly Sellable[];
  payload: (envelope: Envelope, metaCatalogId: string) => MessagePayload;
}

const MOST_PRODUCTS = 30;
/** A template waits at most so long for consent, room and pace. */
const TEMPLATE_EXPIRES_MS = 24 * 60 * 60 * 1_000;

/** Messages about products, one person at a time. Everything is judged now; the outbox sends it within seconds. */
@Injectable()
export class ProductMessages {
  constructor(
    private readonly offers: Offers,
    private readonly addressees: Addressees,
    private readonly fallbacks: FallbackTemplates,
    private readonly outbox: ProductOutbox,
  ) {}

  async sendProduct(organizationId: string, request: ProductRequest): Promise<QueuedMessage> {
    return this.send(organizationId, request, async (offer) => {
      const product = await this.offers.product(offer, request.productId, request.variantId);
      return {
        shown: [product],
        payload: (envelope, catalogId) =>
          productMessage(envelope, { catalogId, productRetailerId: product.sku, ...words(request) }),
      };
    });
  }

  async sendList(organizationId: string, request: ListRequest): Promise<QueuedMessage> {
    assertSections(request.sections);
    return this.send(organizationId, request, async (offer) => {
      const named = request.sections.flatMap(({ productIds }, section) =>
        namedIn(`sections.${section}.productIds`, productIds),
      );
      const shown = await this.offers.products(offer, named);
      const skus = shown.map(({ sku }) => sku);
      const sections = request.sections.map(({ title, productIds }) => ({
        ...(title === undefined ? {} : { title }),
        productRetailerIds: skus.splice(0, productIds.length),
      }));
      const { header, body } = request;
      return {
        shown,
        payload: (envelope, catalogId) =>
          productListMessage(envelope, { catalogId, header, ...words(request), body, sections }),
      };
    });
  }

  async sendCatalog(organizationId: string, request: CatalogRequest): Promise<QueuedMessage> {
    return this.send(organizationId, request, async (offer) => {
      const thumbnail = await this.offers.thumbnail(offer, request.thumbnailProductId);
      const { body } = request;
      return {
        shown: [thumbnail],
        payload: (envelope) =>
          catalogMessage(envelope, { ...words(request), body, thumbnailRetailerId: thumbnail.sku }),
      };
    });
  }

  async sendCarousel(organizationId: string, request: CarouselRequest): Promise<QueuedMessage> {
    return this.send(organizationId, request, async (offer) => {
      const shown = await this.offers.products(offer, namedIn('productIds', request.productIds));
      const productRetailerIds = shown.map(({ sku }) => sku);
      const { body } = request;
      return {
        shown,
        payload: (envelope, catalogId) =>
          productCarouselMessage(envelope, { catalogId, body, productRetailerIds }),
      };
    });
  }

  private async send(
    organizationId: string,
    { to, catalogId, fallbackTemplate }: Request,
    contentOf: (offer: Offer) => Promise<Content>,
  ): Promise<QueuedMessage> {
    const phone = await this.addressees.phoneOf(organizationId, to);
    const offer = await this.offers.of(organizationId, catalogId);
    const content = await contentOf(offer);
    const addressee = await this.addressees.of(organizationId, phone);
    const closesAt = await this.addressees.windowOf(addressee, offer.senderId);
    if (closesAt === null && fallbackTemplate === undefined) throw windowClosed();
    const fallback =
      fallbackTemplate === undefined
        ? null
        : { ...(await this.fallbacks.fill(offer, fallbackTemplate, addressee)), isMarketing: true };
    const laterAt = new Date((closesAt ?? this.outbox.now).getTime() + TEMPLATE_EXPIRES_MS);
    if (closesAt === null && fallback !== null) {
      const messageId = await this.outbox.add(offer, addressee, { ...fallback, expiresAt: laterAt }, []);
      return { messageId, status: 'queued', warnings: [TEMPLATE_INSTEAD] };
    }
    const warnings = await this.offers.warnings(offer);
    const payload = content.payload({ to: { phone } }, metaCatalogOf(offer));
    const expiresAt = fallback === null ? (closesAt ?? laterAt) : laterAt;
    const message = { payload, needsOpenWindow: true, fallback, expiresAt };
    const messageId = await this.outbox.add(offer, addressee, message, content.shown);
    return { messageId, status: 'queued', warnings };
  }
}

function namedIn(field: string, references: readonly string[]): NamedProduct[] {
  return references.map((reference, place) => ({ field: `${field}.${place}`, reference }));
}

function words<B extends string | undefined>({ body, footer }: { body?: B; footer?: string | undefined }) {
  return {
    ...(body === undefined ? {} : { body }),
    ...(footer === undefined ? {} : { footer }),
  };
}

function assertSections(sections: ListRequest['sections']): void {
  const untitled = sections.flatMap(({ title }, place) =>
    title === undefined && sections.length > 1
      ? [{ field: `sections.${place}.title`, message: 'is needed when there are several sections' }]
      : [],
  );
  if (untitled.length > 0) throw invalidFields(untitled);
  const products = sections.reduce((sum, { productIds }) => sum + productIds.length, 0);
  if (products <= MOST_PRODUCTS) return;
  const message = `must name at most ${MOST_PRODUCTS} products in all, and names ${products}`;
  throw invalidFields([{ field: 'sections', message }]);
}

/** A catalog with a product that was synchronised exists at Meta. */
function metaCatalogOf({ catalog }: Offer): string {
  if (catalog.metaCatalogId !== null) return catalog.metaCatalogId;
  throw new DomainError(
    'rule',
    'product_not_sendable',
    'The catalog does not exist at Meta: synchronise it.',
  );
}

function windowClosed(): DomainError {
  const detail =
    'The person has not written to this number in the last 24 hours, so Meta takes templates only. Give a fallbackTemplate, which is sent instead.';
  return new DomainError('rule', 'window_closed', detail, { errors: [{ field: 'to', message: detail }] });
}
