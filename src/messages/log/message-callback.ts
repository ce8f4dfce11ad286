const FORM = /^message:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** What Meta sends back with every status of a message that belongs to no campaign. */
export function messageCallbackOf(messageId: string): string {
  return `message:${messageId}`;
}

/** Our id of the message; null: it is not one of these. */
export function parseMessageCallback(data: string | null): string | null {
  return FORM.exec(data ?? '')?.[1]?.toLowerCase() ?? null;
}
