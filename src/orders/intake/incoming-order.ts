import type { AskedLine } from '../order/price-line.js';

/** An order as a customer sent it from WhatsApp. */
export interface IncomingOrder {
  /** Meta's id of the message; nothing else tells an order from its repetition. */
  wamid: string;
  senderId: string | null;
  customerId: string | null;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  name: string | null;
  metaCatalogId: string | null;
  note: string | null;
  lines: readonly AskedLine[];
  at: Date;
  /** The campaign whose message it answers. */
  answers: { campaignId: string; recipientId: string; by: 'context' | 'window' } | null;
}

/** What an order is made of. Without a message it is a cart that is checked out. */
export interface AskedOrder extends Omit<IncomingOrder, 'wamid'> {
  wamid: string | null;
}

/** By Meta's time, then by message id: who comes first gets the last piece. Each message once. */
export function inOrderOfSending(incoming: readonly IncomingOrder[]): IncomingOrder[] {
  const once = new Map(incoming.map((one) => [one.wamid, one]));
  return [...once.values()].sort(
    (a, b) => a.at.getTime() - b.at.getTime() || (a.wamid < b.wamid ? -1 : Number(a.wamid > b.wamid)),
  );
}
