import type { EntityManager } from 'typeorm';

/** Which payments inside WhatsApp need a sender. Orders stand above the senders, as campaigns do. */
export abstract class SenderPayments {
  /** Whether money may still come to this number, or go back over it. Certain only under the lock of the sender. */
  abstract needs(tx: EntityManager, organizationId: string, senderId: string): Promise<boolean>;
}
