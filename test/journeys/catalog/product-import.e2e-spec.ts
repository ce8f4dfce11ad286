import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../support/api-client.js';
import { ADMIN_KEY, newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';
import { newCatalog, organizationOf, rows } from './images-setup.js';

let app: TestApp;
let organizationId: string;
let catalogId: string;
let products: string;
beforeAll(async () => {
  app = await startTestApp();
  organizationId = await organizationOf(app);
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  catalogId = await newCatalog(app, organizationId);
  products = `/api/whatsapp/catalogs/${catalogId}/products`;
});

function importCsv(csv: string | Buffer, query = '', to = products): Promise<Answer<any>> {
  return app.api.post(`${to}/import${query}`, undefined, {
    raw: csv,
    headers: { 'content-type': 'text/csv' },
  });
}

const lines = (...all: string[]): string => all.join('\n');

async function exportCsv(from = products): Promise<string> {
  const { status, body, headers } = await app.api.get<string>(`${from}/export`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  return body;
}

async function bySku(sku: string): Promise<any> {
  const { body } = await app.api.get(`${products}?sku=${encodeURIComponent(sku)}`);
  return body.data[0];
}

const BALI = lines(
  'sku,parentSku,name,price,quantity,options,tags,imageUrls',
  'BALI-5,BALI,"Bali, 5 days",45000,10,duration=5 days,,',
  'BALI,,Bali,45000.00,,,beach|asia,https://cdn.example/a.jpg|https://cdn.example/b.jpg',
  'BALI-7,BALI,"Bali, 7 days",65000,3,"{""duration"":""7 days""}",,',
  'GOA,,Goa,1500.50,7,,"[""a|b""]",',
);

describe('an import', () => {
  it('makes products and variants, wherever a variant stands, and answers with the counts', async () => {
    const { status, body } = await importCsv(BALI);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'completed',
      mode: 'upsert',
      stock: 'set',
      dryRun: false,
      rowsRead: 4,
      rowsCreated: 4,
      rowsUpdated: 0,
      rowsUnchanged: 0,
      rowsFailed: 0,
      errors: [],
      warnings: [],
    });
    expect(await bySku('BALI')).toMatchObject({
      name: 'Bali',
      hasVariants: true,
      tags: ['beach', 'asia'],
      imageUrls: ['https://cdn.example/a.jpg', 'https://cdn.example/b.jpg'],
    });
    expect(await bySku('GOA')).toMatchObject({
      price: '1500.50',
      quantity: 7,
      tags: ['a|b'],
      availability: 'in_stock',
    });
    const { id } = await bySku('BALI');
    const { body: variants } = await app.api.get(`${products}/${id}/variants`);
    expect(variants.data.map(({ sku, options, quantity }: any) => [sku, options, quantity])).toEqual([
      ['BALI-5', { duration: '5 days' }, 10],
      ['BALI-7', { duration: '7 days' }, 3],
    ]);
  });

  it('of the same file again changes nothing', async () => {
    await importCsv(BALI);
    const before = await rows(app, 'SELECT * FROM whatsapp_products WHERE catalog_id = $1 ORDER BY id', [
      catalogId,
    ]);
    const { body } = await importCsv(BALI);
    expect(body).toMatchObject({
      rowsRead: 4,
      rowsCreated: 0,
      rowsUpdated: 0,
      rowsUnchanged: 4,
      rowsFailed: 0,
    });
    const after = await rows(app, 'SELECT * FROM whatsapp_products WHERE catalog_id = $1 ORDER BY id', [
      catalogId,
    ]);
    expect(after).toEqual(before);
  });

  it('leaves what has no column and empties what is empty', async () => {
    await importCsv(lines('sku,name,price,description,brand,quantity', 'A,A,10,Fine,Acme,5'));
    const { body } = await importCsv(lines('sku,description,price', 'A,,12'));
    expect(body).toMatchObject({ rowsUpdated: 1 });
    expect(await bySku('A')).toMatchObject({
      name: 'A',
      price: '12.00',
      description: null,
      brand: 'Acme',
      quantity: 5,
    });
  });

  it('reports bad rows with their line, and imports the others', async () => {
    const { status, body } = await importCsv(
      lines(
        'sku,parentSku,name,price,salePrice,quantity',
        'A,,Good,10,,',
        ',,No SKU,10,,',
        'B,,"Two',
        'lines",ten,,x',
        'C,,Sale above the price,10,11,',
        'D,NOWHERE,Orphan,10,,',
        'E,,,10,,',
        'F,,Good too,10,9,3',
      ),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', rowsRead: 7, rowsCreated: 2, rowsFailed: 5 });
    expect(body.errors.map(({ line, sku, field }: any) => [line, sku, field])).toEqual([
      [3, null, 'sku'],
      [4, 'B', 'quantity'],
      [6, 'C', 'salePrice'],
      [7, 'D', 'parentSku'],
      [8, 'E', 'name'],
    ]);
    const { body: csv } = await app.api.get<string>(`${products}/imports/${body.id}/errors`);
    expect(csv.split('\n')[0]).toBe('line,sku,field,message');
    expect(csv.trim().split('\n')).toHaveLength(6);
    const { body: listed } = await app.api.get(`${products}/imports`);
    expect(listed.data[0]).toMatchObject({ id: body.id, rowsFailed: 5 });
    expect((await app.api.get(`${products}/imports/${body.id}`)).body).toEqual(body);
  });

  it('takes the last of two rows with the same SKU, however far apart, and reports the first', async () => {
    const filler = Array.from({ length: 6_000 }, (_, n) => `F${n},Filler,1,1`);
    const file = lines('sku,name,price,quantity', 'A,First,10,1', ...filler, 'A,Last,20,2');
    const { body } = await importCsv(file);
    expect(body).toMatchObject({ rowsRead: 6_002, rowsCreated: 6_001, rowsFailed: 1 });
    expect(body.errors).toEqual([
      { line: 2, sku: 'A', field: 'sku', message: expect.stringContaining('repeated') },
    ]);
    expect(await bySku('A')).toMatchObject({ name: 'Last', price: '20.00', quantity: 2 });
    const again = await importCsv(file);
    expect(again.body).toMatchObject({ rowsUpdated: 0, rowsUnchanged: 6_001, rowsFailed: 1 });
  });

  it('keeps SKUs apart over products and variants', async () => {
    const { body } = await importCsv(
      lines(
        'sku,parentSku,name,price,options',
        'P,,P,1,',
        'X,P,X,1,a=1',
        'Y,P,Y,1,a=1',
        'P2,,P2,1,',
        'Z,X,Z,1,',
      ),
    );
    expect(body).toMatchObject({ rowsCreated: 3, rowsFailed: 2 });
    expect(body.errors.map(({ sku, field }: any) => [sku, field])).toEqual([
      ['Y', 'options'],
      ['Z', 'parentSku'],
    ]);
    const taken = await importCsv(lines('sku,name,price', 'X,X,1'));
    expect(taken.body.errors).toMatchObject([{ sku: 'X', field: 'sku' }]);
  });

  it('creates only or updates only, as asked', async () => {
    const file = lines('sku,name,price', 'OLD,Old,1', 'NEW,New,1');
    await importCsv(lines('sku,name,price', 'OLD,Older,1'));
    const update = await importCsv(file, '?mode=update');
    expect(update.body).toMatchObject({ rowsUpdated: 1, rowsFailed: 1, errors: [{ sku: 'NEW' }] });
    const create = await importCsv(file, '?mode=create');
    expect(create.body).toMatchObject({ rowsCreated: 1, rowsFailed: 1, errors: [{ sku: 'OLD' }] });
    expect((await importCsv(file, '?mode=replace')).status).toBe(400);
  });

  it('sets, keeps or adds to the stock, and enters it in the ledger', async () => {
    const file = lines('sku,name,price,quantity', 'A,A,1,10');
    await importCsv(file);
    await rows(app, `UPDATE whatsapp_products SET quantity = 4, updated_at = now() WHERE catalog_id = $1`, [
      catalogId,
    ]);
    expect((await importCsv(file, '?stock=keep')).body).toMatchObject({ rowsUnchanged: 1 });
    expect((await bySku('A')).quantity).toBe(4);
    expect((await importCsv(file, '?stock=add')).body).toMatchObject({ rowsUpdated: 1 });
    expect((await bySku('A')).quantity).toBe(14);
    expect((await importCsv(file)).body).toMatchObject({ rowsUpdated: 1 });
    expect((await bySku('A')).quantity).toBe(10);
    const ledger = await rows(
      app,
      `SELECT m.kind, m.quantity, m.quantity_after AS after FROM stock_movements m
         JOIN whatsapp_products p ON p.id = m.product_id WHERE p.catalog_id = $1 ORDER BY m.id`,
      [catalogId],
    );
    expect(ledger).toEqual([
      { kind: 'import', quantity: 10, after: 10 },
      { kind: 'import', quantity: 10, after: 14 },
      { kind: 'import', quantity: -4, after: 10 },
    ]);
  });

  it('that is a dry run answers the same and changes nothing', async () => {
    const file = lines(BALI, 'GOA-V,GOA,V,x,,,,', 'BALI-9,BALI,Nine,1,,duration=5 days,,');
    const dry = await importCsv(file, '?dryRun=true');
    expect(await rows(app, 'SELECT 1 FROM whatsapp_products WHERE catalog_id = $1', [catalogId])).toEqual([]);
    const real = await importCsv(file);
    expect(dry.body.dryRun).toBe(true);
    const answer = ({ body }: Answer<any>) => {
      const { rowsRead, rowsCreated, rowsUpdated, rowsUnchanged, rowsFailed, errors, warnings } = body;
      return { rowsRead, rowsCreated, rowsUpdated, rowsUnchanged, rowsFailed, errors, warnings };
    };
    expect(answer(real)).toEqual(answer(dry));
    expect(real.body).toMatchObject({ rowsCreated: 4, rowsFailed: 2 });
  });

  it('reads a feed of Meta, and makes the products of its groups', async () => {
    const feed = lines(
      'id,title,description,availability,condition,price,link,image_link,brand,item_group_id,color,size,shipping',
      'S-R,Shirt,Cotton,in stock,new,500.00 INR,https://s.example/r,https://s.example/r.jpg,Acme,SHIRT,red,M,x',
      'S-B,Shirt,Cotton,out of stock,new,500.00 INR,https://s.example/b,https://s.example/b.jpg,Acme,SHIRT,blue,M,x',
      'CAP,Cap,Wool,available for order,used_good,99.00 INR,https://s.example/c,https://s.example/c.jpg,Acme,CAP,,,x',
    );
    const { body } = await importCsv(feed);
    expect(body).toMatchObject({ rowsRead: 3, rowsCreated: 3, rowsFailed: 0 });
    expect(body.warnings).toEqual([expect.stringContaining('shipping')]);
    const shirt = await bySku('SHIRT');
    expect(shirt).toMatchObject({ name: 'Shirt', brand: 'Acme', hasVariants: true, price: '500.00' });
    const { body: variants } = await app.api.get(`${products}/${shirt.id}/variants`);
    expect(variants.data.map(({ sku, options, availability }: any) => [sku, options, availability])).toEqual([
      ['S-R', { color: 'red', size: 'M' }, 'in_stock'],
      ['S-B', { color: 'blue', size: 'M' }, 'out_of_stock'],
    ]);
    expect(await bySku('CAP')).toMatchObject({
      hasVariants: false,
      availability: 'preorder',
      condition: 'used',
    });
    expect((await importCsv(feed)).body).toMatchObject({ rowsUnchanged: 3, rowsFailed: 0 });
    await rows(
      app,
      `UPDATE whatsapp_products SET name = 'Our shirts', updated_at = now() WHERE sku = 'SHIRT' AND catalog_id = $1`,
      [catalogId],
    );
    expect((await importCsv(feed)).body).toMatchObject({ rowsUnchanged: 3 });
    expect((await bySku('SHIRT')).name).toBe('Our shirts');
  });

  it('leaves parts of the compliance that have no column', async () => {
    await importCsv(lines('sku,name,price,originCountry,importerName', 'A,A,1,IN,Acme'));
    await importCsv(lines('sku,importerName', 'A,Bravo'));
    expect((await bySku('A')).compliance).toEqual({ originCountry: 'IN', importerName: 'Bravo' });
    await importCsv(lines('sku,originCountry', 'A,'));
    expect((await bySku('A')).compliance).toEqual({ importerName: 'Bravo' });
  });

  it('at the same time as another of the same products makes every product once', async () => {
    const file = lines(
      'sku,name,price,quantity',
      ...Array.from({ length: 300 }, (_, n) => `S${n},N${n},1,5`),
    );
    const other = lines(
      'sku,name,price,quantity',
      ...Array.from({ length: 300 }, (_, n) => `S${299 - n},N${299 - n},1,5`),
    );
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all([importCsv(file), importCsv(other)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(answers.map(({ body }) => body.rowsFailed)).toEqual([0, 0]);
    }
    const [counted] = await rows(
      app,
      `SELECT (SELECT count(*)::int FROM whatsapp_products WHERE catalog_id = $1) AS products,
              (SELECT count(*)::int FROM whatsapp_catalog_items WHERE catalog_id = $1) AS items`,
      [catalogId],
    );
    expect(counted).toEqual({ products: 300, items: 300 });
  });
});

describe('a file without a list of products', () => {
  it.each([
    ['is empty', '', 'csv_empty'],
    ['has no SKU', 'name,price\nA,1', 'csv_header'],
    ['is one line without an end', `sku,name\n${'x'.repeat(1_100_000)}`, 'csv_row_too_long'],
    ['leaves a quote open', 'sku,name,price\nA,"open,1', 'csv_quote_not_closed'],
    ['is not UTF-8', Buffer.from([0x73, 0x6b, 0x75, 0x0a, 0xff, 0xfe, 0xfd, 0x0a]), 'invalid_charset'],
  ])('%s', async (_why, file, code) => {
    const { status, body } = await importCsv(file);
    expect([status, body.type]).toEqual([400, `urn:drumbeat:problem:${code}`]);
    const { body: listed } = await app.api.get(`${products}/imports`);
    expect(listed.data[0]).toMatchObject({ status: 'failed' });
  });

  it('is given up after 10,000 bad rows', async () => {
    const file = lines('sku,name,price', ...Array.from({ length: 10_050 }, () => ',x,y'));
    const { status, body } = await importCsv(file);
    expect([status, body.type]).toEqual([400, 'urn:drumbeat:problem:csv_rows_bad']);
  });

  it('has its first 10,000 errors listed and the others counted', async () => {
    const file = lines('sku,name,price', 'A,A,1', ...Array.from({ length: 10_050 }, () => ',x,1'));
    const { body } = await importCsv(file);
    expect(body).toMatchObject({ rowsCreated: 1, rowsFailed: 10_050 });
    const { body: csv } = await app.api.get<string>(`${products}/imports/${body.id}/errors`);
    const listed = csv.trim().split('\n');
    expect(listed).toHaveLength(1 + 10_000 + 1);
    expect(listed.at(-1)).toContain('50 more rejected rows are not listed');
  });

  it('keeps the rows before the place where it breaks', async () => {
    const { status, body } = await importCsv(lines('sku,name,price', 'A,A,1', 'B,"open,1'));
    expect([status, body.type]).toEqual([400, 'urn:drumbeat:problem:csv_quote_not_closed']);
    expect(body.detail).toContain('Rows before that point were imported');
    expect(await bySku('A')).toMatchObject({ name: 'A' });
  });

  it('may be UTF-16, as spreadsheets save it', async () => {
    const text = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('sku\tname\tprice\nÄ1\tKäse\t1', 'utf16le'),
    ]);
    expect((await importCsv(text)).body).toMatchObject({ rowsCreated: 1 });
    expect(await bySku('Ä1')).toMatchObject({ name: 'Käse' });
  });

  it('that breaks off is interrupted, and the same file completes it', async () => {
    const all = Array.from({ length: 3_000 }, (_, n) => `S${n},Product ${n},1`);
    const url = new URL(`${app.url}${products}/import`);
    const upload = request(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'text/csv' },
    });
    upload.on('error', () => undefined);
    upload.write(lines('sku,name,price', ...all.slice(0, 2_500), ''));
    const first = await until(
      async () => (await app.api.get(`${products}/imports`)).body.data[0],
      (seen) => seen !== undefined,
    );
    expect(first).toMatchObject({ status: 'running' });
    upload.destroy();
    const ended = await until(
      async () => (await app.api.get(`${products}/imports/${first.id}`)).body,
      (seen) => seen.status !== 'running',
    );
    expect(ended).toMatchObject({ status: 'interrupted' });
    const done = await importCsv(lines('sku,name,price', ...all));
    expect(done.body).toMatchObject({ rowsRead: 3_000, rowsFailed: 0 });
    expect(done.body.rowsUnchanged).toBe(ended.rowsCreated);
  });

  it('is refused for another organization, and without the scope', async () => {
    const other = await newOrganization(app.api);
    const options = { raw: 'sku\nA', headers: { 'content-type': 'text/csv' } };
    expect((await other.api.post(`${products}/import`, undefined, options)).status).toBe(404);
    expect((await other.api.get(`${products}/imports`)).status).toBe(404);
    expect((await other.api.get(`${products}/export`)).status).toBe(404);
    const reader = await newOrganization(app.api, ['catalog:read']);
    expect((await reader.api.post(`${products}/import`, undefined, options)).status).toBe(403);
  });
});

describe('an export', () => {
  it('has the columns of the contract, CRLF, and each product before its variants', async () => {
    await importCsv(BALI);
    const csv = await exportCsv();
    const [header, ...records] = csv.split('\r\n');
    expect(header).toBe(
      'sku,parentSku,name,description,price,salePrice,saleStartsAt,saleEndsAt,currency,availability,quantity,imageUrl,' +
        'imageUrls,videoUrl,category,brand,condition,options,variantOptions,tags,url,isActive,isVisible,originCountry,' +
        'importerName,importerAddress',
    );
    expect(records.map((record) => record.split(',')[0])).toEqual(['BALI', 'BALI-5', 'BALI-7', 'GOA', '']);
  });

  it('imported again is unchanged, and imported elsewhere is the same file, byte for byte', async () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 60 })
      .filter((value) => value.trim() !== '' && !value.includes('\0'));
    const made = fc.sample(
      fc.record({
        name: fc.oneof(
          text,
          fc.constantFrom('=SUM(A1)', "'quoted", 'a,b;"c"\r\nd', '+4915', '-1', '\ttab', '💙 İ', '｜＝'),
        ),
        description: fc.option(text, { nil: null }),
        brand: fc.option(text, { nil: null }),
        tags: fc.uniqueArray(
          text
            .map((value) => value.trim().slice(0, 30))
            .filter((value) => value !== '' && value.isWellFormed()),
          { maxLength: 3 },
        ),
        options: fc.dictionary(
          fc.constantFrom('größe', 'a=b', 'c;d', '"'),
          fc.constantFrom('x', '5 days; or so', "l'été", '{'),
        ),
      }),
      { numRuns: 60, seed: 7 },
    );
    for (const [index, { name, description, brand, tags, options }] of made.entries()) {
      const created = await app.api.post(products, {
        sku: `P${index}`,
        name,
        price: 10,
        description,
        brand,
        tags,
        quantity: index,
      });
      expect(created.status).toBe(201);
      const variant = { sku: `V=${index}`, name, price: '9.50', options };
      expect((await app.api.post(`${products}/${created.body.id}/variants`, variant)).status).toBe(201);
    }
    const file = await exportCsv();
    expect((await importCsv(file)).body).toMatchObject({ rowsRead: 120, rowsUnchanged: 120, rowsFailed: 0 });
    expect(await exportCsv()).toBe(file);
    const twin = `/api/whatsapp/catalogs/${await newCatalog(app, organizationId)}/products`;
    expect((await importCsv(file, '', twin)).body).toMatchObject({
      rowsRead: 120,
      rowsCreated: 120,
      rowsFailed: 0,
    });
    expect(await exportCsv(twin)).toBe(file);
  });
});
