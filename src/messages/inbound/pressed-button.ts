export interface PressedButton {
  text: string | null;
  payload: string | null;
}

/** The button that an inbound message reports, of a template or of a message with buttons; null: it reports none. */
export function pressedButton(content: Readonly<Record<string, unknown>>): PressedButton | null {
  const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  switch (content['kind']) {
    case 'button':
      return { text: word(content['text']), payload: word(content['payload']) };
    case 'button-reply':
      return { text: word(content['title']), payload: word(content['id']) };
    default:
      return null;
  }
}
