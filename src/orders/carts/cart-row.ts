import type { CartStatus } from './cart-status.js';

export interface CartRow {
  id: string;
  organizationId: string;
  status: CartStatus;
  source: 'message' | 'api';
  catalogId: string | null;
  senderId: string | null;
  customerId: string | null;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  currency: string;
  subtotal: string;
  tax: string;
  discount: string;
  total: string;
  notes: string | null;
  orderId: string | null;
  /** How many reminders were put into the outbox, and how many have had their turn. */
  remindersSent: number;
  remindersDone: number;
  expiresAt: Date | null;
  /** Set by a caller; otherwise every change moves the end. */
  expiresFixed: boolean;
  /** When the customer was sent the cart as it is now. */
  checkoutAt: Date | null;
  abandonedAt: Date | null;
  convertedAt: Date | null;
  lastActivityAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

export interface CartItemRow {
  id: string;
  lineNo: number;
  productId: string | null;
  variantId: string | null;
  sku: string;
  productName: string;
  quantity: number;
  unitPrice: string;
  /** The price that the customer was shown, or with which the line was put in. */
  shownPrice: string | null;
  totalPrice: string;
  problems: string[];
  notes: string | null;
  customFields: Record<string, unknown> | null;
}
