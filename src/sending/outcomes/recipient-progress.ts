import type { RecipientState } from '../../recipients/recipient-state.js';

/** The part of a recipient that changes with delivery reports. */
export interface RecipientProgress {
  status: RecipientState;
  whatsappMessageId: string | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  respondedAt: Date | null;
  clickedAt: Date | null;
  failedAt: Date | null;
  failureReason: string | null;
  errorCode: number | null;
  retryCount: number;
  lastRetryAt: Date | null;
  nextAttemptAt: Date | null;
  responseMessage: string | null;
}

export interface TrackedRecipient extends RecipientProgress {
  id: string;
  campaignId: string;
  phoneNumber: string;
  /** Sends made so far. */
  attempts: number;
  /** When the latest of them began. */
  attemptedAt: Date | null;
}

export const PROGRESS_FIELDS = [
  'status',
  'whatsappMessageId',
  'sentAt',
  'deliveredAt',
  'readAt',
  'respondedAt',
  'clickedAt',
  'failedAt',
  'failureReason',
  'errorCode',
  'retryCount',
  'lastRetryAt',
  'nextAttemptAt',
  'responseMessage',
] as const satisfies readonly (keyof RecipientProgress)[];

export function isSameProgress(a: RecipientProgress, b: RecipientProgress): boolean {
  return PROGRESS_FIELDS.every((field) => valueOf(a[field]) === valueOf(b[field]));
}

function valueOf(value: Date | string | number | null): string | number | null {
  return value instanceof Date ? value.getTime() : value;
}
