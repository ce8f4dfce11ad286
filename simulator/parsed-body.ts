/** A request body, both raw and parsed; `/simulator/messages` shows the text. */
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

/** Form fields. Graph accepts lists and objects in them as JSON text. */
export function parseForm(text: string): ParsedBody {
  const value = Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, field]) => [
      name,
      /^[[{]/.test(field) ? (JSON.parse(field) as unknown) : field,
    ]),
  );
  return new ParsedBody(JSON.stringify(value), value);
}

/** The file of a form. */
export class FormFile {
  constructor(
    readonly name: string,
    readonly contentType: string,
    readonly content: Buffer,
  ) {}
}

/** The fields of a form with a file. It is read as Latin text, which keeps every byte. */
export function parseMultipart(body: Buffer, contentType: string): ParsedBody {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new SyntaxError('a form names its boundary');
  const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
  const value = Object.fromEntries(
    parts.map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      const content = rest.join('\r\n\r\n').slice(0, -2);
      const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
      const fileName = /filename="([^"]*)"/.exec(head)?.[1];
      const type = /content-type:\s*(\S+)/i.exec(head)?.[1] ?? 'application/octet-stream';
      const bytes = Buffer.from(content, 'latin1');
      return [name, fileName === undefined ? bytes.toString() : new FormFile(fileName, type, bytes)];
    }),
  );
  return new ParsedBody('', value);
}
