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

/** The status an event leads to; null: it changes none (FLAGGED), or only a listing can tell which (UNARCHIVED). */
export function statusAfter(event: string): string | null {
  const word = event.toUpperCase();
  if (word === 'REINSTATED') return 'APPROVED';
  return STATUSES.has(word) ? word : null;
}

export interface StatusNews {
  reason: string | null;
  title: string | null;
  description: string | null;
}

/** What an operator reads beside the status. */
export function reasonText({ reason, title, description }: StatusNews): string | null {
  const parts = [title, reason, description].filter(
    (part) => part !== null && part !== '' && part !== 'NONE',
  );
  return parts.length === 0 ? null : parts.join(': ').slice(0, 500);
}
