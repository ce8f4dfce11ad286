/** What Meta sends back with every status of a message. It identifies a send whose answer was lost. */
export interface AttemptRef {
  recipientId: string;
  /** Null: not given, the latest is meant. */
  attempt: number | null;
}

const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::(\d{1,4}))?$/i;

export function callbackDataOf(recipientId: string, attempt: number): string {
  return `${recipientId}:${attempt}`;
}

/** Null: not one of ours, or it belongs to a message outside campaigns. */
export function parseCallbackData(data: string | null): AttemptRef | null {
  const [, recipientId, attempt] = FORM.exec(data ?? '') ?? [];
  if (recipientId === undefined) return null;
  return { recipientId: recipientId.toLowerCase(), attempt: attempt === undefined ? null : Number(attempt) };
}
