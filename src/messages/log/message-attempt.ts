import type { MessageDirection, MessagePurpose, MessageState } from './message-state.js';

/** A message that is about to go out. */
export interface NewAttempt {
  id: string;
  organizationId: string;
  senderId: string;
  purpose: MessagePurpose;
  phoneNumber: string | null;
  whatsappUserId?: string | null;
  customerId: string | null;
  campaignId?: string | null;
  recipientId?: string | null;
  /** Which send to this recipient it is: 1, 2 ... */
  attempt?: number | null;
  /** Meta's word: template, text ... */
  type: string;
  templateName?: string | null;
  category?: string | null;
  content?: Record<string, unknown> | null;
  contextMessageId?: string | null;
  at: Date;
}

/** A message found by Meta's id or ours. */
export interface FoundAttempt {
  messageId: string;
  organizationId: string;
  senderId: string | null;
  direction: MessageDirection;
  purpose: MessagePurpose;
  wamid: string | null;
  /** Null, like the campaign and the attempt: a message outside of campaigns. */
  recipientId: string | null;
  attempt: number | null;
  campaignId: string | null;
  status: MessageState;
  phoneNumber: string | null;
  /** The user id of the customer with that number, as far as we know it. */
  knownUserId: string | null;
}

/** What is known about one send to a recipient. */
export interface PastAttempt {
  recipientId: string;
  attempt: number;
  status: MessageState;
  wamid: string | null;
  acceptedAt: Date | null;
  sentAt: Date | null;
  errorCode: number | null;
  httpStatus: number | null;
}
