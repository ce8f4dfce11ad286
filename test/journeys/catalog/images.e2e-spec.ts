import type { Answer } from '../../support/api-client.js';
import { createHash } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { DataSource } from 'typeorm';
import { beginRemovals } from '../../../src/catalog/images/images.queries.js';
import { ADMIN_KEY, newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';
import { newCatalog, newProduct, organizationOf, photo, rows } from './images-setup.js';

let app: TestApp;
let organizationId: string;
let catalogId: string;
let path: string;
beforeAll(async () => {
  app = await startTestApp({ env: { CLOCK: '2025-06-01T08:00:00Z', OUTBOUND_ALLOW: '127.0.0.1' } });
  organizationId = await organizationOf(app);
  catalogId = await newCatalog(app, organizationId);
  path = `/api/whatsapp/catalogs/${catalogId}/images`;
});
afterAll(async () => {
  await app.close();
});

const send = (raw: Buffer, type = 'image/jpeg', to = path): Promise<Answer<any>> =>
  app.api.post(to, undefined, { raw, headers: { 'content-type': type } });

/** The address is that of the settings; the test server has another port. */
const read = (url: string, init?: RequestInit): Promise<Response> =>
  fetch(app.url + new URL(url).pathname, init);

describe('an upload', () => {
  it('stores the picture without its metadata, under the hash of what is stored', async () => {
    const { status, body } = await send(await photo('red'));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      width: 1200,
      height: 1200,
      contentType: 'image/jpeg',
      warnings: ['not_public'],
    });
    expect(body.url).toBe(`${app.config.publicUrl}/media/${organizationId}/${body.sha256}.jpg`);
    const served = await read(body.url);
    expect(served.status).toBe(200);
    const bytes = Buffer.from(await served.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(body.sha256);
    expect(bytes.length).toBe(body.bytes);
    expect(bytes.includes('Taken at home')).toBe(false);
    expect((await sharp(bytes).metadata()).format).toBe('jpeg');
  });

  it('is served to everyone, for ever, and as nothing but an image', async () => {
    const { body } = await send(await photo('blue', { format: 'png' }), 'image/png');
    const served = await read(body.url);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(body.bytes),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'public, max-age=31536000, immutable',
    });
    await served.arrayBuffer();
    const head = await read(body.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(body.bytes)]);
  });

  it('of the same bytes answers the same with 200, whichever way it comes', async () => {
    const file = await photo('green');
    const first = await send(file);
    const again = await send(file, 'application/octet-stream');
    const form = new FormData();
    form.set('file', new Blob([file], { type: 'text/plain' }), 'photo.txt');
    const asForm = await fetch(app.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
      body: form,
    });
    expect([first.status, again.status, asForm.status]).toEqual([201, 200, 200]);
    expect(again.body).toEqual(first.body);
    expect(await asForm.json()).toEqual(first.body);
  });

  it('of one image four times at once creates it once', async () => {
    const file = await photo('purple');
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(file)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.url)).size).toBe(1);
    const files = await readdir(join(app.config.dataDir, 'media', organizationId));
    expect(files.filter((name) => name.includes(answers[0]?.body.sha256))).toHaveLength(1);
    expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('puts the file back if it is gone', async () => {
    const file = await photo('orange');
    const { body } = await send(file);
    const { rm } = await import('node:fs/promises');
    await rm(join(app.config.dataDir, 'media', organizationId, `${body.sha256}.jpg`));
    expect((await read(body.url)).status).toBe(404);
    expect((await send(file)).status).toBe(200);
    expect((await read(body.url)).status).toBe(200);
  });

  it('warns of what Meta will not show well', async () => {
    const { body } = await send(await photo('red', { width: 1500, height: 500 }));
    expect(body.warnings).toEqual(['below_1024', 'not_square', 'will_be_cropped', 'not_public']);
  });

  it.each([
    ['SVG', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>', 415, 'not_an_image'],
    ['HTML called a JPEG', 'image/jpeg', '<html>', 415, 'not_an_image'],
    ['JSON without an address', 'application/json', '{}', 400, 'invalid_request'],
    ['a list', 'text/csv', 'sku\nA', 415, 'unsupported_media_type'],
    ['text', 'text/plain', 'hello', 415, 'unsupported_media_type'],
  ])('refuses %s', async (_kind, type, text, status, code) => {
    const answer = await send(Buffer.from(text), type);
    expect([answer.status, answer.body.type]).toEqual([status, `urn:drumbeat:problem:${code}`]);
  });

  it('refuses what is too small and what is too large', async () => {
    const small = await send(await photo('red', { width: 499, height: 600 }));
    expect([small.status, small.body.type]).toEqual([422, 'urn:drumbeat:problem:image_too_small']);
    const large = await send(Buffer.concat([await photo('red'), Buffer.alloc(8 * 1024 * 1024)]));
    expect([large.status, large.body.type]).toEqual([413, 'urn:drumbeat:problem:image_too_large']);
  });

  it('needs a catalog of the caller, and the scope', async () => {
    const other = await newOrganization(app.api);
    const file = await photo('red');
    const call = (api: TestApp['api']): Promise<{ status: number }> =>
      api.post(path, undefined, { raw: file, headers: { 'content-type': 'image/jpeg' } });
    expect((await call(other.api)).status).toBe(404);
    const reader = await newOrganization(app.api, ['catalog:read']);
    expect((await call(reader.api)).status).toBe(403);
  });

  it('leaves other routes without images', async () => {
    const { status } = await send(await photo('red'), 'image/jpeg', '/api/whatsapp/segments/preview');
    expect(status).toBe(415);
  });
});

describe('the address of an image', () => {
  it.each([
    'media/x/y',
    'media/00000000-0000-0000-0000-000000000000/0.jpg',
    `media/00000000-0000-0000-0000-000000000000/${'0'.repeat(64)}.jpg`,
    `media/..%2f..%2fetc/passwd`,
    `media/ORGANIZATION/..%2f..%2fencryption-key`,
    `media/ORGANIZATION/${'0'.repeat(64)}.svg`,
  ])('%s leads nowhere', async (address) => {
    const answer = await fetch(`${app.url}/${address.replace('ORGANIZATION', organizationId)}`);
    expect(answer.status).toBe(404);
  });
});

describe('an image from an address', () => {
  let server: Server | undefined;
  const serve = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    server = createServer(answer);
    await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`;
  };
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  it('is fetched once, with neither cookies nor keys, and stored', async () => {
    const file = await photo('brown');
    const seen: unknown[] = [];
    const sourceUrl = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'text/html' }).end(file);
    });
    const { status, body } = await app.api.post(path, { sourceUrl });
    expect(status).toBe(201);
    expect((await read(body.url)).status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(Object.keys(seen[0] as object).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it.each([
    'http://10.0.0.1/x.jpg',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/x.jpg',
    'http://[::ffff:10.0.0.1]/x.jpg',
    'http://192.168.0x1.1/x.jpg',
    'http://2852039166/x.jpg',
    'https://8.8.8.8:8443/x.jpg',
    'http://user:secret@8.8.8.8/x.jpg',
    'ftp://8.8.8.8/x.jpg',
    'file:///etc/passwd',
  ])('is not fetched from %s', async (sourceUrl) => {
    const { status, body } = await app.api.post(path, { sourceUrl });
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:address_not_allowed']);
  });

  it('is not followed into the network', async () => {
    const sourceUrl = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://10.0.0.1/x.jpg' }).end();
    });
    const { status, body } = await app.api.post(path, { sourceUrl });
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:address_not_allowed']);
  });

  it('says what went wrong without a word of the answer', async () => {
    const sourceUrl = await serve((_request, response) => response.writeHead(403).end('internal secret'));
    const { status, body } = await app.api.post(path, { sourceUrl });
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:source_not_readable']);
    expect(JSON.stringify(body)).not.toContain('internal secret');
    expect(body.detail).toContain('403');
  });

  it('is broken off at 8 MB', async () => {
    const sourceUrl = await serve((_request, response) => response.end(Buffer.alloc(9 * 1024 * 1024)));
    const { status, body } = await app.api.post(path, { sourceUrl });
    expect([status, body.type]).toEqual([413, 'urn:drumbeat:problem:image_too_large']);
  });
});

describe('removing an image', () => {
  it('takes the file with it', async () => {
    const { body } = await send(await photo('teal'));
    expect((await app.api.delete(`${path}/${body.sha256}`)).status).toBe(204);
    expect((await read(body.url)).status).toBe(404);
    expect((await app.api.delete(`${path}/${body.sha256}`)).status).toBe(404);
  });

  it.each(['imageUrl', 'imageUrls'])('is refused while a product names it as %s', async (field) => {
    const { body } = await send(await photo(field === 'imageUrl' ? 'navy' : 'olive'));
    const value = field === 'imageUrl' ? body.url : ['https://cdn.example/x.jpg', body.url];
    await newProduct(app, catalogId, { sku: `named by ${field}`, [field]: value });
    const refused = await app.api.delete(`${path}/${body.sha256}`);
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:drumbeat:problem:image_in_use']);
    expect((await read(body.url)).status).toBe(200);
  });

  it('of another organization is not found', async () => {
    const { body } = await send(await photo('maroon'));
    const other = await newOrganization(app.api);
    const theirs = await newCatalog(app, other.id);
    const answer = await other.api.delete(`/api/whatsapp/catalogs/${theirs}/images/${body.sha256}`);
    expect(answer.status).toBe(404);
    expect((await read(body.url)).status).toBe(200);
  });

  it('and uploading it at the same time never leaves a row without a file', async () => {
    const file = await photo('gold');
    const { body } = await send(file);
    for (let round = 0; round < 20; round++) {
      await Promise.all([
        app.api.delete(`${path}/${body.sha256}`),
        send(file),
        app.api.delete(`${path}/${body.sha256}`),
        send(file),
      ]);
      const isKnown = (await rows(app, 'SELECT 1 FROM whatsapp_images WHERE sha256 = $1', [body.sha256]))
        .length;
      expect((await read(body.url)).status).toBe(isKnown === 1 ? 200 : 404);
    }
  });
});

describe('an image that a product is about to name', () => {
  const products = () => `/api/whatsapp/catalogs/${catalogId}/products`;

  it('is either kept, or refused to the product', async () => {
    const file = await photo('coral');
    for (let round = 0; round < 20; round++) {
      const { body } = await send(file);
      const sku = `at the moment ${round}`;
      const [created, removed] = await Promise.all([
        app.api.post(products(), { sku, name: sku, price: 1, imageUrl: body.url }),
        app.api.delete(`${path}/${body.sha256}`),
      ]);
      // Removed before the product was written: an address that leads nowhere, as any address may.
      const isGone = removed.status === 204;
      expect([200, 201, 400]).toContain(created.status);
      if (created.status === 201 && !isGone) {
        expect(removed.body.type).toBe('urn:drumbeat:problem:image_in_use');
        expect((await read(body.url)).status).toBe(200);
        await app.api.delete(`${products()}/${created.body.id}`);
      }
    }
  });

  it('is refused with its field while it is being removed', async () => {
    const { body } = await send(await photo('salmon'));
    await rows(app, 'UPDATE whatsapp_images SET removing_since = now() WHERE sha256 = $1', [body.sha256]);
    const product = { sku: 'late', name: 'Late', price: 1, imageUrls: [body.url] };
    const refused = await app.api.post(products(), product);
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'imageUrl']);
    const put = await app.api.put(`/api/whatsapp/catalogs/${catalogId}`, { defaultImageUrl: body.url });
    expect([put.status, put.body.errors[0].field]).toEqual([400, 'defaultImageUrl']);
    await rows(app, 'DELETE FROM whatsapp_images WHERE sha256 = $1', [body.sha256]);
  });

  it('is not taken for unused because it was named after the look', async () => {
    const { body } = await send(await photo('peru'));
    await rows(app, `UPDATE whatsapp_images SET last_named_at = '2001-01-01' WHERE sha256 = $1`, [
      body.sha256,
    ]);
    await newProduct(app, catalogId, { sku: 'just now', imageUrl: body.url });
    const now = new Date('2001-01-10');
    const turn = { namedBefore: new Date('2001-01-03'), abandonedBefore: new Date('1999-01-01') };
    const taken = await app.app
      .get(DataSource)
      .transaction((tx) => beginRemovals(tx, { ...turn, now, limit: 10 }));
    expect(taken).toEqual([]);
    expect((await read(body.url)).status).toBe(200);
  });
});

it('stores images up to the limit of an organization, and says which it is', async () => {
  const small = await startTestApp({ env: { MEDIA_GB_PER_ORGANIZATION: '0.00002' } });
  try {
    const owner = await organizationOf(small);
    const to = `/api/whatsapp/catalogs/${await newCatalog(small, owner)}/images`;
    const upload = async (colour: string): Promise<Answer<any>> =>
      small.api.post(to, undefined, {
        raw: await photo(colour),
        headers: { 'content-type': 'image/jpeg' },
      });
    const answers = await Promise.all(['red', 'green', 'blue', 'teal'].map(upload));
    const stored = answers.filter(({ status }) => status === 201);
    const [{ bytes } = { bytes: 0 }] = await rows<{ bytes: number }>(
      small,
      'SELECT sum(bytes)::int AS bytes FROM whatsapp_images',
    );
    expect(stored.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(20_000);
    const full = answers.find(({ status }) => status !== 201);
    expect([full?.status, full?.body.type]).toEqual([422, 'urn:drumbeat:problem:image_space_full']);
    expect(full?.body.detail).toContain('MEDIA_GB_PER_ORGANIZATION');
    expect((await small.api.delete(`${to}/${stored[0]?.body.sha256}`)).status).toBe(204);
  } finally {
    await small.close();
  }
});

describe('after a week', () => {
  it('images that no product names are removed, and the others stay', async () => {
    const named = await send(await photo('lime'));
    const listed = await send(await photo('aqua'));
    const unnamed = await send(await photo('pink'));
    await newProduct(app, catalogId, { sku: 'one', imageUrl: named.body.url });
    // The installation has moved since: the image is still ours.
    const moved = listed.body.url.replace(app.config.publicUrl, 'https://old.example');
    await newProduct(app, catalogId, { sku: 'two', imageUrls: [moved] });
    const part = join(app.config.dataDir, 'media', organizationId, '.00ff.part');
    await writeFile(part, 'half');
    await utimes(part, 1, 1);

    await app.api.post('/api/dev/clock', { now: '2025-06-07T08:00:00Z' });
    await until(
      async () => !(await readdir(join(app.config.dataDir, 'media', organizationId))).includes('.00ff.part'),
    );
    expect((await read(unnamed.body.url)).status).toBe(200);

    await app.api.post('/api/dev/clock', { now: '2025-06-08T10:00:00Z' });
    await until(async () => (await read(unnamed.body.url)).status === 404);
    expect((await read(named.body.url)).status).toBe(200);
    expect((await read(listed.body.url)).status).toBe(200);

    await rows(app, `UPDATE whatsapp_products SET image_url = NULL, updated_at = now() WHERE sku = 'one'`);
    await app.api.post('/api/dev/clock', { now: '2025-06-14T08:00:00Z' });
    await until(async () => {
      const [tick] = await rows(app, `SELECT last_tick FROM cron_ticks WHERE name = 'remove-unused-images'`);
      return tick.last_tick >= new Date('2025-06-14T07:00:00Z');
    });
    expect((await read(named.body.url)).status).toBe(200);
    await app.api.post('/api/dev/clock', { now: '2025-06-15T12:00:00Z' });
    await until(async () => (await read(named.body.url)).status === 404);
    expect((await read(listed.body.url)).status).toBe(200);
  });
});

it('warns at the start that Meta cannot reach this address', () => {
  expect(app.logs.some((line) => line.includes('PUBLIC_URL is not a public https address'))).toBe(true);
});
