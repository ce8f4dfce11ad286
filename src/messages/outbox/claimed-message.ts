import type { MessagePurpose } from '../log/message-state.js';
import type { MessageCategory } from './new-outbox-message.js';

/** A message that is about to be sent. */
export interface ClaimedMessage {
  id: string;
  organizationId: string;
  senderId: string;
  purpose: MessagePurpose;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  payload: Record<string, unknown>;
  category: MessageCategory | null;
  /** A template that goes instead if Meta says that the service window is closed. */
  hasFallback: boolean;
  /** This one included. */
  attempts: number;
  claimedAt: Date;
  /** The portfolio whose limit it has a unit of since it was claimed; null: it needs none. */
  portfolioId: string | null;
  /** Through Meta's Marketing Messages API. */
  marketingApi: boolean;
}
