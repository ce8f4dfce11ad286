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

/** A message found by what Meta, or we, call it. */
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
}

/** What is known of one send to a recipient. */
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
