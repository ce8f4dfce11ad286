import { createHmac } from 'node:crypto';

/** JSON as Meta writes it: pure ASCII, `\uXXXX` in lower case, slashes escaped. Signatures cover exactly this. */
export function escapeLikeMeta(json: string): string {
  return json.replaceAll(/[/\u007f-\uffff]/g, (char) =>
    char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function signature(bytes: Buffer, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(bytes).digest('hex')}`;
}

/** `changes` are finished JSON texts. `time` only comes with management fields, as at Meta. */
export function webhookEntry(id: string, changes: string[], time?: number): string {
  const stamp = time === undefined ? '' : `,"time":${time}`;
  return `{"id":"${id}"${stamp},"changes":[${changes.join(',')}]}`;
}

export function webhookBody(object: string, entries: string[]): Buffer {
  const json = `{"object":"${object}","entry":[${entries.join(',')}]}`;
  return Buffer.from(escapeLikeMeta(json), 'latin1');
}

export function changeOf(field: string, value: string): string {
  return `{"value":${value},"field":"${field}"}`;
}
