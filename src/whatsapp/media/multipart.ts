import { randomBytes } from 'node:crypto';

export interface FormFile {
  name: string;
  contentType: string;
  content: Buffer;
}

/** A form with some fields and one file, as bytes: the client of Meta writes whole bodies. */
export function multipart(
  fields: Readonly<Record<string, string>>,
  { name, contentType, content }: FormFile,
): { content: Buffer; headers: Record<string, string> } {
  const boundary = `drumbeat-${randomBytes(16).toString('hex')}`;
  const head = Object.entries(fields).map(
    ([field, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const file =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${plain(name)}"\r\n` +
    `Content-Type: ${contentType}\r\n\r\n`;
  return {
    content: Buffer.concat([
      Buffer.from(head.join('') + file),
      content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** A quotation mark or a line break would end the header. */
function plain(name: string): string {
  return name.replaceAll(/["\\\p{Cc}]/gu, '_');
}
