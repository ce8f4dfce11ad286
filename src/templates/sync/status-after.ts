/** The words of a status event that are a status themselves. */
const STATUSES = new Set([
  'APPROVED',
  'PENDING',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'IN_APPEAL',
  'LIMIT_EXCEEDED',
  'PENDING_DELETION',
  'DELETED',
  'ARCHIVED',
]);

/** The status an event leads to; null: it changes none (FLAGGED). */
export function statusAfter(event: string): string | null {
  const word = event.toUpperCase();
  // Only approved templates can be archived.
  if (word === 'REINSTATED' || word === 'UNARCHIVED') return 'APPROVED';
  return STATUSES.has(word) ? word : null;
}

export interface StatusNews {
  reason: string | null;
  title: string | null;
  description: string | null;
}

/** The explanation an operator reads beside the status. */
export function reasonText({ reason, title, description }: StatusNews): string | null {
  const parts = [title, reason, description].filter(
    (part) => part !== null && part !== '' && part !== 'NONE',
  );
  return parts.length === 0 ? null : parts.join(': ').slice(0, 500);
}
