/** What has become of an outgoing message: its place in the outbox, then its state at Meta. */
export const MESSAGE_STATUSES = [
  'queued',
  'sending',
  'in_doubt',
  'accepted',
  'held',
  'sent',
  'delivered',
  'read',
  'failed',
  'skipped',
  'expired',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
