import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Answer, ApiClient } from '../../support/api-client.js';

export const MEDIA = '/api/whatsapp/media';

/** No two colours give the same file. */
export async function picture(colour: string): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
}

let next = 0;
export const film = (): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftypisom${next++}`, 'latin1'), Buffer.alloc(200)]);
export const paper = (): Buffer => Buffer.from(`%PDF-1.7\n${next++}\n%%EOF\n`, 'latin1');

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export const upload = (
  api: ApiClient,
  raw: Buffer,
  type = 'application/octet-stream',
): Promise<Answer<any>> => api.post(MEDIA, undefined, { raw, headers: { 'content-type': type } });

export async function assetOf(api: ApiClient, raw: Buffer): Promise<string> {
  const { body } = await upload(api, raw);
  return body.id as string;
}
