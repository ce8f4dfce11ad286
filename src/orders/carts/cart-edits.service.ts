import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { invalidFields } from '../../platform/http/validation.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import { DomainError, type FieldError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { catalogById, type FoundItem, itemsById, itemsBySku } from '../order/known-items.queries.js';
import { CommerceSettingsStore } from '../settings/commerce-settings.service.js';
import { CartDesk } from './cart-desk.service.js';
import { type WantedItem, withItems } from './cart-items.js';
import { CartPeople } from './cart-people.service.js';
import type { CartRow } from './cart-row.js';
import * as writes from './cart-writes.queries.js';
import { expiryOf, OpenCart } from './open-cart.js';
import { sellableKey } from './price-cart.js';

export interface NamedItem {
  productId?: string | undefined;
  sku?: string | undefined;
  variantId?: string | undefined;
  quantity: number;
  notes?: string | null | undefined;
  customFields?: Record<string, unknown> | null | undefined;
}

export interface NewCart {
  phoneNumber?: string;
  customerId?: string;
  catalogId: string;
  items: readonly NamedItem[];
  notes?: string | null | undefined;
  expiresAt?: Date | undefined;
}

export interface CartEdit {
  notes?: string | null;
  /** Null: as the settings say. */
  expiresAt?: Date | null;
  items?: readonly NamedItem[];
}

export interface ItemEdit {
  quantity?: number;
  notes?: string | null;
  customFields?: Record<string, unknown> | null;
}

const MAX_FIELDS = 10_000;
const YEAR_MS = 366 * 86_400_000;

/** Carts that callers build for people. A cart reserves nothing. */
@Injectable()
export class CartEdits {
  constructor(
    private readonly database: Database,
    private readonly desk: CartDesk,
    private readonly people: CartPeople,
    private readonly settings: CommerceSettingsStore,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  async create(organizationId: string, wanted: NewCart): Promise<string> {
    const person = await this.people.of(organizationId, wanted);
    return this.database.transaction(async (tx) => {
      const { catalogId } = wanted;
      const catalog = await catalogById(tx, organizationId, catalogId);
      if (catalog === undefined) throw unknown('catalogId', 'catalog', catalogId);
      const now = this.clock.now();
      const items = await this.find(tx, organizationId, catalogId, wanted.items);
      const settings = await this.settings.get(organizationId, tx);
      const expiresAt = wanted.expiresAt === undefined ? null : endOf(wanted.expiresAt, now);
      const cart: CartRow = {
        ...{ id: uuidV7(), organizationId, status: 'active', source: 'api', catalogId, ...person },
        ...{ senderId: catalog.senderId, currency: catalog.currency, notes: wanted.notes ?? null },
        ...{ subtotal: '0.00', tax: '0.00', discount: '0.00', total: '0.00', orderId: null },
        ...{ remindersSent: 0, remindersDone: 0, checkoutAt: null, abandonedAt: null, convertedAt: null },
        ...{ expiresAt: expiresAt ?? expiryOf(settings, now), expiresFixed: expiresAt !== null },
        ...{ lastActivityAt: now, createdAt: now, updatedAt: now },
      };
      const known = items.map(({ product }) => product);
      const open = new OpenCart(cart, withItems([], items, now), catalog, known, settings, now);
      open.reprice();
      await writes.insertCart(tx, cart);
      await writes.writeItems(tx, cart, open.items, { now, today: dayAt(now, this.calendar.timeZone) });
      return cart.id;
    });
  }

  async update(organizationId: string, id: string, { notes, expiresAt, items }: CartEdit): Promise<void> {
    await this.change(organizationId, id, async (tx, open) => {
      const { cart, now } = open;
      if (notes !== undefined) cart.notes = notes;
      if (expiresAt !== undefined) {
        cart.expiresFixed = expiresAt !== null;
        cart.expiresAt = expiresAt === null ? expiryOf(open.settings, now) : endOf(expiresAt, now);
      }
      if (items === undefined) return;
      open.items = [];
      await this.put(tx, open, items);
    });
  }

  async addItems(organizationId: string, id: string, items: readonly NamedItem[]): Promise<void> {
    await this.change(organizationId, id, (tx, open) => this.put(tx, open, items));
  }

  async changeItem(
    organizationId: string,
    id: string,
    itemId: string,
    { quantity, notes, customFields }: ItemEdit,
  ): Promise<void> {
    await this.change(organizationId, id, (_, open) => {
      const item = open.item(itemId);
      if (quantity !== undefined) item.quantity = quantity;
      if (notes !== undefined) item.notes = notes;
      if (customFields !== undefined) item.customFields = fieldsOf('customFields', customFields);
      // Who changes a line has seen its price.
      const price = open.reprice().find((one) => one.id === itemId)?.unitPrice;
      item.shownPrice = price ?? item.shownPrice;
    });
  }

  async removeItem(organizationId: string, id: string, itemId: string): Promise<void> {
    await this.change(organizationId, id, (_, open) => {
      const item = open.item(itemId);
      open.items = open.items.filter((one) => one !== item);
    });
  }

  /** Ends the cart. */
  async expire(organizationId: string, id: string): Promise<void> {
    await this.desk.work(organizationId, id, (_, open) => {
      open.assertOpen();
      open.expire();
    });
  }

  private async change(
    organizationId: string,
    id: string,
    change: (tx: EntityManager, open: OpenCart) => Promise<void> | void,
  ): Promise<void> {
    await this.desk.work(organizationId, id, async (tx, open) => {
      open.assertOpen();
      await change(tx, open);
      open.touch();
    });
  }

  private async put(tx: EntityManager, open: OpenCart, items: readonly NamedItem[]): Promise<void> {
    const { cart, now } = open;
    if (open.catalog === undefined) {
      throw new DomainError('rule', 'unknown_catalog', 'The catalog of this cart was deleted.');
    }
    const wanted = await this.find(tx, cart.organizationId, open.catalog.id, items);
    for (const { product } of wanted) open.known.set(sellableKey(product), product);
    open.items = withItems(open.items, wanted, now);
  }

  /** Every id in a body is looked up within the organization, and within the catalog of the cart. */
  private async find(
    tx: EntityManager,
    organizationId: string,
    catalogId: string,
    items: readonly NamedItem[],
  ): Promise<WantedItem[]> {
    const misnamed = items.flatMap(({ productId, sku }, place): FieldError[] =>
      (productId === undefined) === (sku === undefined)
        ? [{ field: `items.${place}.productId`, message: 'give exactly one of productId, sku' }]
        : [],
    );
    if (misnamed.length > 0) throw invalidFields(misnamed);
    const productIds = items.flatMap(({ productId }) => productId ?? []);
    const variantIds = items.flatMap(({ variantId }) => variantId ?? []);
    const skus = items.flatMap(({ sku }) => sku ?? []);
    const named = { productIds: [...new Set(productIds)], variantIds: [...new Set(variantIds)] };
    const byId = items.length === 0 ? [] : await itemsById(tx, organizationId, named);
    const wanted = [...new Set(skus)].map((retailerId) => ({ catalogId, retailerId }));
    const found = { byId, bySku: await itemsBySku(tx, organizationId, wanted), catalogId };
    return items.map((item, place) => {
      const { quantity, notes = null, customFields = null } = item;
      const product = productOf(item, place, found);
      return {
        product,
        quantity,
        notes: notes === '' ? null : notes,
        customFields: fieldsOf(`items.${place}.customFields`, customFields),
      };
    });
  }
}

function productOf(
  { productId, variantId, sku }: NamedItem,
  place: number,
  { byId, bySku, catalogId }: { byId: readonly FoundItem[]; bySku: readonly FoundItem[]; catalogId: string },
): FoundItem {
  const isLive = (item: FoundItem): boolean => item.kind !== 'gone' && item.catalogId === catalogId;
  const whole =
    sku === undefined
      ? byId.find((item) => isLive(item) && item.productId === productId && item.variantId === null)
      : bySku.find((item) => isLive(item) && item.retailerId === sku);
  if (whole === undefined) {
    throw sku === undefined
      ? unknown(`items.${place}.productId`, 'product', productId ?? '')
      : unknown(`items.${place}.sku`, 'product', sku);
  }
  const part =
    variantId === undefined
      ? whole
      : byId.find(
          (item) => isLive(item) && item.variantId === variantId && item.productId === whole.productId,
        );
  if (part === undefined) throw unknown(`items.${place}.variantId`, 'variant', variantId ?? '');
  if (part.kind === 'sellable') return part;
  const detail = `${part.retailerId} has variants. Name one of them by variantId.`;
  const errors = [{ field: `items.${place}.variantId`, message: 'names the variant that is wanted' }];
  throw new DomainError('rule', 'variant_needed', detail, { errors });
}

function unknown(field: string, what: string, id: string): DomainError {
  const { code, kind, message } = notFound(what, id);
  return new DomainError(kind, code, message, { errors: [{ field, message }] });
}

function fieldsOf(field: string, fields: Record<string, unknown> | null): Record<string, unknown> | null {
  if (fields === null || JSON.stringify(fields).length <= MAX_FIELDS) return fields;
  throw invalidFields([{ field, message: `has more than ${MAX_FIELDS} characters as JSON` }]);
}

function endOf(expiresAt: Date, now: Date): Date {
  if (expiresAt > now && expiresAt.getTime() <= now.getTime() + YEAR_MS) return expiresAt;
  throw invalidFields([{ field: 'expiresAt', message: 'must lie within the coming year' }]);
}
