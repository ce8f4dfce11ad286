/** A request body as it came and as it reads; the text is what `/simulator/messages` shows. */
export class ParsedBody {
  constructor(
    readonly text: string,
    readonly value: unknown,
  ) {}
}

export const NO_BODY = new ParsedBody('{}', {});

export function parseJson(text: string): ParsedBody {
  return text === '' ? NO_BODY : new ParsedBody(text, JSON.parse(text));
}

/** Form fields; Graph takes lists and objects in them as JSON text. */
export function parseForm(text: string): ParsedBody {
  const value = Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, field]) => [
      name,
      /^[[{]/.test(field) ? (JSON.parse(field) as unknown) : field,
    ]),
  );
  return new ParsedBody(JSON.stringify(value), value);
}
