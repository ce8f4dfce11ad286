import { createHmac } from 'node:crypto';
import { recipientIdOf } from './status-body.ts';

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 ' +
  'Mobile/15E148 Safari/604.1';

/** The tracked link of a campaign (0: the probe that says that the process lives), and the key of the installation in base64. */
export interface BenchLink {
  number: number;
  key: string;
}

/** The token in the n-th recipient's message, as src/links/link-token.ts makes it. */
export function linkTokenOf(n: number, { number, key }: BenchLink): string {
  const derived = createHmac('sha256', Buffer.from(key, 'base64')).update('drumbeat links v1').digest();
  const signed = Buffer.alloc(21);
  signed.write(recipientIdOf(n).replaceAll('-', ''), 0, 'hex');
  signed.writeUInt32BE(number, 17);
  const mark = createHmac('sha256', derived).update(signed).digest().subarray(0, 6);
  return Buffer.concat([signed, mark]).toString('base64url');
}

/** Each person comes from another address, as behind a proxy. */
export function linkRequest(n: number, port: number, link: BenchLink): Buffer {
  const path = link.number === 0 ? '/health/live' : `/l/${linkTokenOf(n, link)}`;
  const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `User-Agent: ${PHONE}`,
    `X-Forwarded-For: ${address}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
}
