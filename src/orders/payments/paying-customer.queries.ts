import type { EntityManager } from 'typeorm';
import { firstOf, sql } from '../../platform/database/sql.js';

/** What a gateway shows beside the amount. */
export interface PayingCustomer {
  orderNumber: string;
  name: string;
  phone: string | null;
  email: string | null;
}

export async function customerOf(
  db: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<PayingCustomer | undefined> {
  return firstOf(
    db,
    sql`SELECT order_number AS "orderNumber", customer_name AS name, phone_number AS phone, customer_email AS email
          FROM whatsapp_orders WHERE organization_id = ${organizationId} AND id = ${orderId}`,
  );
}
