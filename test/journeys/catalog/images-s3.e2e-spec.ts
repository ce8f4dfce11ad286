import type { Answer } from '../../support/api-client.js';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type S3Server, startS3Server } from '../../support/s3-server.js';
import { ADMIN_KEY, startTestApp, type TestApp } from '../../support/test-app.js';
import { newCatalog, organizationOf, photo } from './images-setup.js';

const KEYS = {
  id: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-central-1',
};

let s3: S3Server;
let app: TestApp;
let path: string;
let organizationId: string;

const environment = (url: string): Record<string, string> => ({
  MEDIA_STORAGE: 's3',
  S3_ENDPOINT: url,
  S3_REGION: KEYS.region,
  S3_BUCKET: 'shop-images',
  S3_ACCESS_KEY_ID: KEYS.id,
  S3_SECRET_ACCESS_KEY: KEYS.secret,
  S3_PUBLIC_URL: 'https://cdn.drumbeat.dev/images/',
  S3_PATH_STYLE: 'true',
});

beforeAll(async () => {
  s3 = await startS3Server(KEYS);
  app = await startTestApp({ env: environment(s3.url) });
  organizationId = await organizationOf(app);
  path = `/api/whatsapp/catalogs/${await newCatalog(app, organizationId)}/images`;
});
afterAll(async () => {
  await app.close();
  await s3.close();
});
afterEach(() => {
  s3.failures.length = 0;
  s3.refusals.length = 0;
});

const send = (raw: Buffer): Promise<Answer<any>> =>
  app.api.post(path, undefined, { raw, headers: { 'content-type': 'image/jpeg' } });

it('puts an image into the bucket with a signature that covers all of it, and names its public address', async () => {
  const { status, body } = await send(await photo('red'));
  expect(status).toBe(201);
  expect(body.url).toBe(`https://cdn.drumbeat.dev/images/${organizationId}/${body.sha256}.jpg`);
  expect(body.warnings).toEqual([]);
  const object = s3.objects.get(`/shop-images/${organizationId}/${body.sha256}.jpg`);
  expect(object?.body.length).toBe(body.bytes);
  expect(object?.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(s3.refusals).toEqual([]);
});

it('removes it from the bucket', async () => {
  const { body } = await send(await photo('blue'));
  const key = `/shop-images/${organizationId}/${body.sha256}.jpg`;
  expect(s3.objects.has(key)).toBe(true);
  expect((await app.api.delete(`${path}/${body.sha256}`)).status).toBe(204);
  expect(s3.objects.has(key)).toBe(false);
});

it('tries again when the store is busy, and answers 503 when it stays so', async () => {
  s3.failures.push(503, 500);
  expect((await send(await photo('green'))).status).toBe(201);
  s3.failures.push(503, 503, 503);
  const file = await photo('yellow');
  const refused = await send(file);
  expect([refused.status, refused.body.type]).toEqual([503, 'urn:drumbeat:problem:storage_unavailable']);
  // The next upload completes what the first one began.
  const { status, body } = await send(file);
  expect(status).toBe(200);
  expect(s3.objects.has(`/shop-images/${organizationId}/${body.sha256}.jpg`)).toBe(true);
});

it('says in the log what the store has against it, and not to the caller', async () => {
  const wrong = await startTestApp({ env: { ...environment(s3.url), S3_SECRET_ACCESS_KEY: 'another' } });
  try {
    const catalog = await newCatalog(wrong, await organizationOf(wrong));
    const answer = await wrong.api.post(`/api/whatsapp/catalogs/${catalog}/images`, undefined, {
      raw: await photo('red'),
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).not.toContain('Signature');
    expect(wrong.logs.some((line) => line.includes('SignatureDoesNotMatch'))).toBe(true);
  } finally {
    await wrong.close();
  }
});

it('keeps files of messages out of the folders that everyone may read, and reads them back', async () => {
  const file = await photo('pink');
  const media = '/api/whatsapp/media';
  const { status, body } = await app.api.post(media, undefined, {
    raw: file,
    headers: { 'content-type': 'image/jpeg' },
  });
  expect(status).toBe(201);
  const key = `/shop-images/private-${organizationId}/${body.id}.bin`;
  expect(s3.objects.get(key)?.headers['cache-control']).toBe('private, no-store');
  const read = await fetch(`${app.url}${media}/${body.id}/file`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  expect(Buffer.from(await read.arrayBuffer()).equals(file)).toBe(true);
  expect(s3.refusals).toEqual([]);
  s3.objects.delete(key);
  expect((await app.api.get(`${media}/${body.id}/file`)).status).toBe(422);
  expect((await app.api.delete(`${media}/${body.id}`)).status).toBe(204);
});
