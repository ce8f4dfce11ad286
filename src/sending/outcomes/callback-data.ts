/** What Meta sends back with every status of a message: how a send without an answer is found again. */
export interface AttemptRef {
  recipientId: string;
  /** Null: not said, and the latest is meant. */
  attempt: number | null;
}

const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::(\d{1,4}))?$/i;

export function callbackDataOf(recipientId: string, attempt: number): string {
  return `${recipientId}:${attempt}`;
}

/** Null: it is not one of ours, or belongs to a message outside of campaigns. */
export function parseCallbackData(data: string | null): AttemptRef | null {
  const [, recipientId, attempt] = FORM.exec(data ?? '') ?? [];
  if (recipientId === undefined) return null;
  return { recipientId: recipientId.toLowerCase(), attempt: attempt === undefined ? null : Number(attempt) };
}
