type Component = Record<string, unknown>;

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const typeOf = (component: Component): string | undefined => asText(component['type'])?.toUpperCase();

/** Meta's webhook names the fields of a button with the prefix that the listing leaves out. */
function readButton(raw: unknown): Component {
  const fields = typeof raw === 'object' && raw !== null ? Object.entries(raw) : [];
  return Object.fromEntries(
    fields.map(([name, value]) => [name.replace('message_template_button_', ''), value]),
  );
}

/** An unchanged button keeps what the webhook does not mention, such as its sample. */
function mergeButtons(before: unknown, raw: readonly unknown[]): Component[] {
  const known = Array.isArray(before) ? (before as Component[]) : [];
  return raw.map(readButton).map((button) => {
    const same = known.find((one) => typeOf(one) === typeOf(button) && one['url'] === button['url']);
    return { ...same, ...button };
  });
}

/**
 * The components after an edit at Meta, as far as the webhook reports them: texts and buttons. Media headers and
 * carousels stay until the next listing brings the whole.
 */
export function updatedComponents(components: readonly Component[], update: Component): Component[] {
  const texts: Readonly<Record<string, string | undefined>> = {
    HEADER: asText(update['message_template_title']),
    BODY: asText(update['message_template_element']),
    FOOTER: asText(update['message_template_footer']),
  };
  const buttons = update['message_template_buttons'];
  return components.map((component) => {
    const type = typeOf(component);
    if (type === 'BUTTONS' && Array.isArray(buttons))
      return { ...component, buttons: mergeButtons(component['buttons'], buttons) };
    const text = type === undefined ? undefined : texts[type];
    // A picture header has no text to replace.
    return text === undefined || component['text'] === undefined ? component : { ...component, text };
  });
}
