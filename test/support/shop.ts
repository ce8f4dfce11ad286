import { Database } from '../../src/platform/database/database.js';
import type { ApiClient } from './api-client.js';
import {
  APP_SECRET,
  messaging,
  PHONE_NUMBER_ID,
  signatureOf,
  webhook,
  WEBHOOK_ENV,
} from './signed-webhooks.js';
import { startTestApp, type TestApp } from './test-app.js';
import { tellWebhook } from './told-webhooks.js';
import { until } from './until.js';

export interface SentLine {
  sku?: string;
  quantity?: unknown;
  price?: unknown;
  currency?: string;
}

export interface SentOrder {
  from?: string;
  userId?: string;
  name?: string;
  lines?: SentLine[];
  text?: string;
  at?: Date;
  wamid?: string;
  metaCatalogId?: string;
  context?: string;
}

let next = 1;
const unique = (): number => next++;
/** Valid German mobile numbers. */
export const somebody = (): string => `+4915300${String(unique()).padStart(6, '0')}`;

/** A shop whose customers send orders, over the real webhook. */
export class Shop {
  private constructor(
    readonly app: TestApp,
    readonly api: ApiClient,
    readonly catalogId: string,
    readonly metaCatalogId: string,
  ) {}

  /** The catalog is not at Meta: no test here asks it anything. */
  static async open(app: TestApp, catalog: object = {}): Promise<Shop> {
    const { body } = await app.api.post('/api/whatsapp/catalogs', {
      name: 'Shop',
      currency: 'INR',
      ...catalog,
    });
    const metaCatalogId = String(700_000_000 + unique());
    await sqlOf(app)('UPDATE whatsapp_catalogs SET meta_catalog_id = $1 WHERE id = $2', [
      metaCatalogId,
      body.id,
    ]);
    return new Shop(app, app.api, body.id, metaCatalogId);
  }

  async product(
    product: Record<string, unknown> & { sku?: string } = {},
  ): Promise<{ id: string; sku: string }> {
    const sku = product.sku ?? `SKU-${unique()}`;
    const path = `/api/whatsapp/catalogs/${this.catalogId}/products`;
    const { status, body } = await this.api.post(path, {
      name: `Product ${sku}`,
      price: '100.00',
      ...product,
      sku,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return { id: body.id, sku };
  }

  message(order: SentOrder): { wamid: string; raw: object } {
    const { from, userId, name = 'Asha Rao', lines = [], text, at, context } = order;
    const wamid = order.wamid ?? `wamid.order.${unique()}`;
    const raw = {
      ...(from === undefined ? {} : { from: from.slice(1) }),
      ...(userId === undefined ? {} : { from_user_id: userId }),
      id: wamid,
      timestamp: String(Math.floor((at?.getTime() ?? 1_794_000_000_000) / 1_000)),
      type: 'order',
      ...(context === undefined ? {} : { context: { from: '15550783881', id: context } }),
      order: {
        catalog_id: order.metaCatalogId ?? this.metaCatalogId,
        ...(text === undefined ? {} : { text }),
        product_items: lines.map(({ sku, quantity = 1, price = 100, currency = 'INR' }) => ({
          ...(sku === undefined ? {} : { product_retailer_id: sku }),
          quantity,
          ...(price === null ? {} : { item_price: price }),
          currency,
        })),
      },
    };
    const contact = {
      profile: { name },
      ...(from === undefined ? {} : { wa_id: from.slice(1) }),
      ...(userId === undefined ? {} : { user_id: userId }),
    };
    return { wamid, raw: messaging({ contacts: [contact], messages: [raw] }) };
  }

  /** Sends an order and returns it as the API shows it. */
  async receive(order: SentOrder): Promise<any> {
    const { wamid, raw } = this.message({ from: somebody(), ...order });
    const told = await tellWebhook(this.app, raw);
    if (told.status !== 'processed') throw new Error(JSON.stringify(told));
    return this.byMessage(wamid);
  }

  async byMessage(wamid: string): Promise<any> {
    const [row] = await sqlOf(this.app)<{ id: string }>(
      'SELECT id FROM whatsapp_orders WHERE source_message_id = $1',
      [wamid],
    );
    return row === undefined ? undefined : this.order(row.id);
  }

  /** Posts webhooks at once and waits until all have taken effect. */
  async flood(entries: readonly object[]): Promise<void> {
    const answers = await Promise.all(
      entries.map((entry) => {
        const raw = webhook(entry);
        const headers = {
          'content-type': 'application/json',
          'x-hub-signature-256': signatureOf(raw, APP_SECRET),
        };
        return this.api.withKey(undefined).post('/api/webhooks/whatsapp', undefined, { raw, headers });
      }),
    );
    if (answers.some(({ status }) => status !== 200)) throw new Error('a webhook was not taken');
    await until(
      () => sqlOf(this.app)(`SELECT status, failure_reason FROM webhook_events WHERE status = 'received'`),
      (rows) => rows.length === 0,
      { within: 120_000 },
    );
  }

  async order(ref: string): Promise<any> {
    return (await this.api.get(`/api/whatsapp/orders/${ref}`)).body;
  }

  move(ref: string, status: string, more: object = {}) {
    return this.api.put(`/api/whatsapp/orders/${ref}/status`, { status, ...more });
  }

  post(ref: string, what: string, body: object = {}) {
    return this.api.post(`/api/whatsapp/orders/${ref}/${what}`, body);
  }

  settings(changes: object) {
    return this.api.put('/api/whatsapp/commerce-settings', changes);
  }

  async stock(productId: string): Promise<{ quantity: number | null; reserved: number }> {
    const [row] = await sqlOf(this.app)<{ quantity: number | null; reserved: number }>(
      'SELECT quantity, reserved_quantity AS reserved FROM whatsapp_products WHERE id = $1',
      [productId],
    );
    if (row === undefined) throw new Error('no such product');
    return row;
  }

  stats(query = 'from=2020-01-01&to=2020-01-31') {
    return this.api.get(`/api/whatsapp/catalogs/${this.catalogId}/stats?${query}`);
  }
}

export const sqlOf =
  ({ app }: TestApp) =>
  <T = Record<string, any>>(text: string, values: unknown[] = []): Promise<T[]> =>
    app.get(Database).manager.query<T[]>(text, values);

export const startShopApp = (env: Record<string, string> = {}): Promise<TestApp> =>
  startTestApp({ env: { ...WEBHOOK_ENV, ...env } });

/** A text of a person, which opens the service window. */
export const wordsOf = (from: string, at: Date, body = 'Hello'): object =>
  messaging({
    contacts: [{ profile: { name: 'Asha Rao' }, wa_id: from.slice(1) }],
    messages: [
      {
        ...{ from: from.slice(1), id: `wamid.text.${unique()}`, type: 'text', text: { body } },
        timestamp: String(Math.floor(at.getTime() / 1_000)),
      },
    ],
  });

export const tapOf = (from: string, buttonId: string): object =>
  messaging(
    {
      contacts: [{ profile: { name: 'Asha' }, wa_id: from.slice(1) }],
      messages: [
        {
          ...{
            from: from.slice(1),
            id: `wamid.tap.${unique()}`,
            timestamp: '1794000200',
            type: 'interactive',
          },
          interactive: { type: 'button_reply', button_reply: { id: buttonId, title: 'Cancel order' } },
        },
      ],
    },
    { phoneNumberId: PHONE_NUMBER_ID },
  );

/** An order that was cancelled does not count, and does not begin to when its money has gone back. */
const COUNTED = `(o.status <> 'cancelled' AND (o.status <> 'refunded' OR o.cancelled_at IS NULL))`;

/** What every commit must leave true. Each query lists what contradicts it. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'reserved is the sum of the open lines': `
    SELECT s.id FROM (SELECT id, reserved_quantity FROM whatsapp_products
                       UNION ALL SELECT id, reserved_quantity FROM whatsapp_product_variants) AS s
     WHERE s.reserved_quantity <> coalesce((SELECT sum(i.reserved_quantity) FROM whatsapp_order_items i
                                             WHERE coalesce(i.variant_id, i.product_id) = s.id), 0)`,
  'movements add up to the stock': `
    SELECT p.id FROM whatsapp_products p
     WHERE coalesce(p.quantity, 0) <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_movements m
                                        WHERE m.product_id = p.id AND m.variant_id IS NULL)
        OR p.reserved_quantity <> (SELECT coalesce(sum(m.reserved), 0) FROM stock_movements m
                                    WHERE m.product_id = p.id AND m.variant_id IS NULL)`,
  'only open orders hold stock': `
    SELECT i.id FROM whatsapp_order_items i JOIN whatsapp_orders o ON o.id = i.order_id
     WHERE i.reserved_quantity > 0 AND o.status IN ('cancelled', 'refunded', 'completed')`,
  'paid is what was captured': `
    SELECT o.id FROM whatsapp_orders o
     WHERE o.paid_amount <> coalesce((SELECT sum(p.captured_amount) FROM whatsapp_payments p
                                       WHERE p.order_id = o.id AND p.state = 'captured'), 0)`,
  'refunded is what refunds have given back': `
    SELECT o.id FROM whatsapp_orders o
     WHERE o.refunded_amount <> coalesce((SELECT sum(r.amount) FROM whatsapp_refunds r
                                           WHERE r.order_id = o.id AND r.state = 'succeeded'), 0)
     UNION ALL
    SELECT i.id FROM whatsapp_order_items i
     WHERE i.refunded_amount <> coalesce((SELECT sum(n.amount) FROM whatsapp_refund_items n
                                            JOIN whatsapp_refunds r ON r.id = n.refund_id
                                           WHERE n.item_id = i.id AND r.state = 'succeeded'), 0)`,
  'no payment gives back more than was captured': `
    SELECT p.id FROM whatsapp_payments p
     WHERE p.captured_amount < (SELECT sum(r.amount) FROM whatsapp_refunds r
                                 WHERE r.payment_id = p.id AND r.state <> 'failed')`,
  'a refund is worth its parts at least': `
    SELECT r.id FROM whatsapp_refunds r
     WHERE r.amount < r.shipping + coalesce((SELECT sum(amount) FROM whatsapp_refund_items
                                              WHERE refund_id = r.id), 0)`,
  'no more shipping goes back than was charged': `
    SELECT o.id FROM whatsapp_orders o
     WHERE o.shipping_fee < (SELECT sum(r.shipping) FROM whatsapp_refunds r
                              WHERE r.order_id = o.id AND r.state <> 'failed')`,
  'no unit of a line is paid back twice': `
    SELECT n.item_id FROM whatsapp_refund_items n JOIN whatsapp_refunds r ON r.id = n.refund_id
           JOIN whatsapp_order_items i ON i.id = n.item_id JOIN whatsapp_orders o ON o.id = i.order_id
     WHERE r.state <> 'failed'
     GROUP BY n.item_id, i.total_price, i.tax, o.prices_include_tax
    HAVING sum(n.amount) > i.total_price + CASE WHEN o.prices_include_tax THEN 0 ELSE i.tax END`,
  'what the items of refunds had is cancelled or back': `
    SELECT n.item_id FROM whatsapp_refund_items n JOIN whatsapp_order_items i ON i.id = n.item_id
     GROUP BY n.item_id, i.cancelled_quantity, i.returned_quantity
    HAVING sum(n.quantity) > i.cancelled_quantity + i.returned_quantity`,
  'payment status follows from the money': `
    SELECT o.id FROM whatsapp_orders o
     WHERE o.payment_status <> CASE WHEN o.paid_amount = 0 THEN 'unpaid'
                                    WHEN o.refunded_amount >= o.paid_amount THEN 'refunded'
                                    WHEN o.refunded_amount > 0 THEN 'partially_refunded'
                                    WHEN o.paid_amount >= o.total THEN 'paid' ELSE 'partial' END`,
  'fulfilment status follows from the lines': `
    SELECT o.id FROM whatsapp_orders o
     WHERE o.fulfillment_status <>
           (SELECT CASE WHEN coalesce(sum(fulfilled_quantity), 0) = 0 THEN 'unfulfilled'
                        WHEN bool_and(fulfilled_quantity + cancelled_quantity = quantity) THEN 'fulfilled'
                        ELSE 'partially_fulfilled' END FROM whatsapp_order_items WHERE order_id = o.id)`,
  'what was fulfilled is recorded': `
    SELECT i.id FROM whatsapp_order_items i
     WHERE i.fulfilled_quantity <> coalesce((SELECT sum(f.quantity) FROM whatsapp_fulfillment_items f
                                              WHERE f.item_id = i.id), 0)`,
  'subtotals are the sums of their lines': `
    SELECT o.id FROM whatsapp_orders o
     WHERE NOT 'total_too_large' = ANY(o.flags)
       AND (o.subtotal <> coalesce((SELECT sum(total_price) FROM whatsapp_order_items WHERE order_id = o.id), 0)
         OR EXISTS (SELECT FROM whatsapp_order_items i
                     WHERE i.order_id = o.id AND i.total_price <> i.unit_price * i.quantity))`,
  'numbers have no gap': `
    SELECT c.organization_id FROM order_counters c
     WHERE c.last <> (SELECT count(*) FROM whatsapp_orders o
                       WHERE o.organization_id = c.organization_id AND o.order_number LIKE 'ORD-' || c.year || '-%')
        OR c.last <> (SELECT max(split_part(o.order_number, '-', 3)::bigint) FROM whatsapp_orders o
                       WHERE o.organization_id = c.organization_id AND o.order_number LIKE 'ORD-' || c.year || '-%')`,
  'catalogs count their orders and their revenue': `
    SELECT c.id FROM whatsapp_catalogs c
     WHERE (c.total_orders, c.total_revenue) <>
           (SELECT count(*) FILTER (WHERE ${COUNTED}),
                   coalesce(sum(o.paid_amount - o.refunded_amount), 0) FROM whatsapp_orders o WHERE o.catalog_id = c.id)
        OR (c.total_orders, c.total_revenue) <>
           (SELECT coalesce(sum(orders), 0), coalesce(sum(revenue), 0) FROM whatsapp_product_stats
             WHERE catalog_id = c.id AND product_id = '00000000-0000-0000-0000-000000000000')`,
  'products count what was bought and put into carts': `
    SELECT p.id FROM whatsapp_products p
     WHERE (p.purchase_count, p.cart_add_count) <>
           (SELECT coalesce(sum(i.quantity - i.cancelled_quantity - i.returned_quantity)
                              FILTER (WHERE o.status IN ('confirmed', 'processing', 'completed', 'refunded')
                                        AND ${COUNTED}), 0),
                   count(*) FILTER (WHERE o.source = 'message')
                     + (SELECT count(*) FROM whatsapp_cart_items c JOIN whatsapp_carts k ON k.id = c.cart_id
                         WHERE c.product_id = p.id AND k.source = 'api')
              FROM whatsapp_order_items i JOIN whatsapp_orders o ON o.id = i.order_id
             WHERE i.product_id = p.id AND i.line_no IS NOT NULL)
       AND NOT EXISTS (SELECT FROM whatsapp_order_history h JOIN whatsapp_order_items i ON i.order_id = h.order_id
                        WHERE h.kind = 'resolved' AND i.product_id = p.id)`,
  'campaigns count their orders': `
    SELECT o.campaign_id FROM whatsapp_orders o WHERE o.campaign_id IS NOT NULL
     GROUP BY o.campaign_id, o.currency
    HAVING (count(*) FILTER (WHERE ${COUNTED}),
            coalesce(sum(o.total) FILTER (WHERE ${COUNTED}), 0), sum(o.paid_amount - o.refunded_amount))
           <> (SELECT sum(k.orders), sum(k.value - k.reversed), sum(k.revenue) FROM revenue_days k
                WHERE k.campaign_id = o.campaign_id AND k.currency = o.currency)`,
  'an order is one conversion, and in the chat of the campaign that it answers': `
    SELECT o.id FROM whatsapp_orders o LEFT JOIN conversions c ON c.source = 'order' AND c.external_id = o.id::text
     WHERE c.id IS NULL OR c.value <> o.total OR c.paid_value <> o.paid_amount - o.refunded_amount
        OR (o.source = 'message' AND c.campaign_id IS DISTINCT FROM o.campaign_id)`,
  'a converted cart is one order, and any other none': `
    SELECT c.id FROM whatsapp_carts c
     WHERE (c.status = 'converted')::int <> (SELECT count(*) FROM whatsapp_orders o WHERE o.cart_id = c.id)
        OR (c.source = 'message' AND c.status <> 'converted')`,
  'carts add up': `
    SELECT c.id FROM whatsapp_carts c
     WHERE c.source = 'api'
       AND c.subtotal <> coalesce((SELECT sum(total_price) FROM whatsapp_cart_items WHERE cart_id = c.id), 0)`,
  'no reminder waits for a cart that is not abandoned': `
    SELECT b.dedupe_key FROM message_outbox b JOIN whatsapp_carts c ON c.id = split_part(b.dedupe_key, ':', 2)::uuid
     WHERE b.dedupe_key LIKE 'cart:%:reminder:%' AND b.state = 'waiting' AND c.status <> 'abandoned'`,
  'a reminder is recorded once, and counted when it went': `
    SELECT c.id FROM whatsapp_carts c
     WHERE c.reminders_sent <> (SELECT count(*) FROM whatsapp_cart_messages m
                                 WHERE m.cart_id = c.id AND m.kind = 'reminder' AND m.not_sent_reason IS NULL)`,
  'a message is told once': `
    SELECT order_id FROM whatsapp_order_messages WHERE event = 'received' GROUP BY order_id HAVING count(*) > 1`,
  'flags that need a look are marked': `
    SELECT id FROM whatsapp_orders
     WHERE needs_review <> (flags && ARRAY['unknown_catalog', 'unknown_product', 'variant_missing', 'price_differs',
       'currency_differs', 'bad_price', 'bad_quantity', 'no_lines', 'too_many_lines', 'total_too_large',
       'payment_mismatch'])`,
};

/** The names of the invariants that do not hold, with the rows that break them. */
export async function brokenInvariants(app: TestApp): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [name, query] of Object.entries(INVARIANTS)) {
    const rows = await sqlOf(app)(query);
    if (rows.length > 0) broken[name] = rows;
  }
  return broken;
}
