export type MessageDirection = 'in' | 'out';

/** Why it was written: `direct` is what a caller of the API sends, `chat` what people write to us. */
export const MESSAGE_PURPOSES = [
  'campaign',
  'test',
  'consent',
  'direct',
  'product',
  'cart',
  'order',
  'payment',
  'payment_reminder',
  'chat',
] as const;
export type MessagePurpose = (typeof MESSAGE_PURPOSES)[number];

/**
 * `sending`: the attempt is under way, or was when its process ended; `unknown`: Meta may or may not have it;
 * `accepted` by Meta, not yet on its way; `received`: the other direction.
 */
export type MessageState =
  'sending' | 'unknown' | 'accepted' | 'held' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';
