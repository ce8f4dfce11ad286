import type { EntityManager } from 'typeorm';
import { execute, identifier, join, rowsOf, sql } from '../../src/platform/database/sql.js';
import { uuidV7 } from '../../src/rules/ids/uuid-v7.js';
import type { CustomerInMemory } from './segment-in-memory.js';

const THEN = '2025-01-01T00:00:00Z';

export async function newShop(db: EntityManager): Promise<string> {
  const id = uuidV7();
  await execute(db, sql`INSERT INTO organizations (id, name, created_at) VALUES (${id}, 'Shop', ${THEN})`);
  return id;
}

/** Inserts the customers with their history, one statement a table; returns their ids in order. */
export async function insertCustomers(
  db: EntityManager,
  shop: string,
  customers: readonly CustomerInMemory[],
): Promise<string[]> {
  const ids = customers.map(() => uuidV7());
  const profiles = customers.map(({ columns, attributes }, index) => ({
    ...columns,
    id: ids[index],
    organization_id: shop,
    whatsapp_user_id: ids[index],
    attributes,
    updated_at: THEN,
  }));
  await insert(db, 'user_profiles', profiles);
  const orders = customers.flatMap((customer, index) =>
    customer.orders.map((order) => ({ ...order, id: uuidV7(), customer_id: ids[index] })),
  );
  await insert(
    db,
    'whatsapp_orders',
    orders.map(({ id, customer_id, status, total, createdAt }, index) => ({
      ...{ id, customer_id, status, total, created_at: createdAt, organization_id: shop },
      ...{ order_number: `ORD-${index}`, phone_number: '+1', customer_name: 'x', updated_at: THEN },
      ...{ subtotal: total, tax: 0, discount: 0, shipping_fee: 0, currency: 'INR', paid_amount: 0 },
      ...{ payment_status: 'unpaid', fulfillment_status: 'unfulfilled' },
    })),
  );
  await insert(
    db,
    'whatsapp_order_items',
    orders.flatMap(({ id, items }) =>
      items.map(({ sku, name }) => ({
        ...{ id: uuidV7(), order_id: id, product_sku: sku, product_name: name, quantity: 1 },
        ...{ unit_price: 1, total_price: 1, fulfillment_status: 'unfulfilled', fulfilled_quantity: 0 },
        ...{ created_at: THEN, updated_at: THEN },
      })),
    ),
  );
  await insertCampaigns(db, shop, customers, ids);
  return ids;
}

async function insertCampaigns(
  db: EntityManager,
  shop: string,
  customers: readonly CustomerInMemory[],
  ids: readonly string[],
): Promise<void> {
  const sent = customers.flatMap(({ campaigns }, index) =>
    campaigns.map((campaign) => ({ ...campaign, index })),
  );
  for (const id of new Set(sent.map(({ campaignId }) => campaignId))) {
    await execute(
      db,
      sql`INSERT INTO marketing_campaigns (id, organization_id, name, template_name, status_changed_at, created_at, updated_at)
          VALUES (${id}, ${shop}, 'c', 't', ${THEN}, ${THEN}, ${THEN})`,
    );
  }
  await insert(
    db,
    'campaign_recipients',
    sent.map(({ campaignId, index, deliveredAt, readAt, respondedAt, clickedAt }) => ({
      ...{
        id: uuidV7(),
        campaign_id: campaignId,
        phone_number: `+${index}`,
        customer_id: ids[index],
        status: 'sent',
      },
      ...{ delivered_at: deliveredAt, read_at: readAt, responded_at: respondedAt, clicked_at: clickedAt },
      ...{ attempts: 1, retry_count: 0, created_at: THEN, updated_at: THEN },
    })),
  );
}

async function insert(db: EntityManager, table: string, rows: readonly object[]): Promise<void> {
  // Only the columns that some row names: the others keep their defaults.
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = join([...names].map(identifier), ', ');
  if (rows.length === 0) return;
  await rowsOf(
    db,
    sql`INSERT INTO ${identifier(table)} (${columns})
        SELECT ${columns} FROM jsonb_populate_recordset(null::${identifier(table)}, ${JSON.stringify(rows)}::jsonb)`,
  );
}
