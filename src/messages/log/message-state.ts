export type MessageDirection = 'in' | 'out';

/** Why it was written; `chat` is what people write to us. */
export type MessagePurpose = 'campaign' | 'test' | 'consent' | 'product' | 'order' | 'chat';

/**
 * `sending`: the attempt is under way, or was when its process ended; `unknown`: Meta may have it, nobody knows;
 * `accepted` by Meta, not yet on its way; `received`: the other direction.
 */
export type MessageState =
  'sending' | 'unknown' | 'accepted' | 'held' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';
