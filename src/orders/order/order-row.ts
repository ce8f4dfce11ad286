import type { OrderFlag } from './order-flags.js';
import type { FulfillmentStatus, OrderStatus, PaymentStatus } from './order-status.js';
import type { PriceSource } from './price-line.js';

export interface Address {
  name?: string;
  line1?: string;
  line2?: string;
  city?: string;
  state?: string;
  postalCode?: string;
  country?: string;
  phone?: string;
}

export type FlagDetails = Partial<Record<OrderFlag, Record<string, unknown>>>;

/** What moves and callers change. Amounts are decimal texts, as the database has them. */
export interface OrderChanges {
  status: OrderStatus;
  customerName: string;
  customerEmail: string | null;
  subtotal: string;
  tax: string;
  discount: string;
  shippingFee: string;
  total: string;
  paymentStatus: PaymentStatus;
  paymentMethod: string | null;
  paidAmount: string;
  refundedAmount: string;
  fulfillmentStatus: FulfillmentStatus;
  shippingAddress: Address | null;
  billingAddress: Address | null;
  trackingNumber: string | null;
  carrier: string | null;
  trackingUrl: string | null;
  estimatedDelivery: Date | null;
  deliveredAt: Date | null;
  customerNotes: string | null;
  internalNotes: string | null;
  confirmedAt: Date | null;
  cancelledAt: Date | null;
  reservedUntil: Date | null;
  lastPaymentAttempt: number;
  flags: OrderFlag[];
  flagDetails: FlagDetails;
  needsReview: boolean;
  catalogId: string | null;
  pricesIncludeTax: boolean;
}

export interface OrderRow extends OrderChanges {
  id: string;
  organizationId: string;
  orderNumber: string;
  source: 'message' | 'api';
  metaCatalogId: string | null;
  cartId: string | null;
  senderId: string | null;
  sourceMessageId: string | null;
  customerId: string | null;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  currency: string;
  campaignId: string | null;
  recipientId: string | null;
  attribution: 'context' | 'window' | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface LineRow {
  id: string;
  lineNo: number;
  productId: string | null;
  variantId: string | null;
  retailerId: string | null;
  productName: string;
  productSku: string;
  productImage: string | null;
  variantOptions: Record<string, string> | null;
  quantity: number;
  unitPrice: string;
  listPrice: string | null;
  shownPrice: string | null;
  priceSource: PriceSource;
  totalPrice: string;
  taxPercent: string;
  tax: string;
  reservedQuantity: number;
  fulfilledQuantity: number;
  cancelledQuantity: number;
  returnedQuantity: number;
  refundedAmount: string;
  fulfillmentStatus: FulfillmentStatus;
  problems: OrderFlag[];
  notes: string | null;
  customFields: Record<string, unknown> | null;
}

export type Actor =
  | { actor: 'key' | 'user'; keyId: string | null; userId: string | null }
  | { actor: 'system' | 'customer'; keyId: null; userId: null };

export const SYSTEM: Actor = { actor: 'system', keyId: null, userId: null };
export const CUSTOMER: Actor = { actor: 'customer', keyId: null, userId: null };

export function actorOf({ keyId, userId }: { keyId: string | null; userId: string | null }): Actor {
  return { actor: userId === null ? 'key' : 'user', keyId, userId };
}

export type HistoryKind =
  | 'created'
  | 'status'
  | 'payment'
  | 'payment_request'
  | 'refund'
  | 'fulfillment'
  | 'delivery'
  | 'changed'
  | 'flags'
  | 'stock'
  | 'resolved';

export interface HistoryEntry {
  id: string;
  orderId: string;
  kind: HistoryKind;
  from: string | null;
  to: string | null;
  reason: string | null;
  data: Record<string, unknown>;
  by: Actor;
}
