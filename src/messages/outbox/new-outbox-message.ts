import type { MessagePurpose } from '../log/message-state.js';

/** What Meta counts a template as. */
export type MessageCategory = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';

/** 1 goes first, 10 last. */
export const USUAL_PRIORITY = 5;

/** The hours of the day in which a message may go, on the clock of a time zone. `end` may be 24:00. */
export interface MessageHours {
  start: string;
  end: string;
  zone: string;
}

/** A template that goes instead when the service window is closed at the moment of sending. */
export interface MessageFallback {
  payload: Readonly<Record<string, unknown>>;
  category: MessageCategory;
  isMarketing: boolean;
}

export interface NewOutboxMessage {
  /** Its id here and in whatsapp_messages; made when missing. */
  id?: string;
  organizationId: string;
  senderId: string;
  purpose: MessagePurpose;
  /** Identifies the message: written twice, it is sent once. */
  dedupeKey: string;
  /** E.164; null: the person is known by user id only. */
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  /** For Graph; the callback data is added when it is sent. */
  payload: Readonly<Record<string, unknown>>;
  /** Of its template; null or missing: free-form. */
  category?: MessageCategory | null;
  /** Judged as marketing: consent, country, frequency cap. Missing: as its category says. */
  isMarketing?: boolean;
  /** Free-form: without an open service window the fallback goes, or the message is skipped. */
  needsOpenWindow?: boolean;
  /** Missing or null: at any hour. */
  window?: MessageHours | null;
  priority?: number;
  fallback?: MessageFallback | null;
  automationRunId?: string | null;
  notBefore?: Date;
  expiresAt: Date;
}
