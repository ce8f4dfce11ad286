const FORM = /^message:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** What Meta returns with every status of a message outside campaigns. */
export function messageCallbackOf(messageId: string): string {
  return `message:${messageId}`;
}

/** Our id of the message; null: the data is not of this form. */
export function parseMessageCallback(data: string | null): string | null {
  return FORM.exec(data ?? '')?.[1]?.toLowerCase() ?? null;
}
