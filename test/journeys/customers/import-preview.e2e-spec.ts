import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database } from '../../../src/platform/database/database.js';
import type { Answer, ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/whatsapp/imports/preview';
let app: TestApp;
let api: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
});

const show = (
  csv: string | Buffer,
  parameters: Record<string, string>,
  { type = 'text/csv', as = api } = {},
): Promise<Answer<any>> =>
  as.post(`${PATH}?${new URLSearchParams(parameters).toString()}`, undefined, {
    raw: csv,
    headers: { 'content-type': type },
  });
const rowsIn = async (table: string): Promise<number> => {
  const [{ n }] = await app.app.get(Database).manager.query(`SELECT count(*)::int AS n FROM ${table}`);
  return n;
};

describe('a preview of customers', () => {
  it('shows columns, guesses, samples and problems, and writes nothing', async () => {
    const csv = [
      'Contact Number,Full name,Trip,saleDetails.nights,Email',
      '9978783238,Asha,Bali,7,asha@example.com',
      '9825011223,Ravi,Goa,5,ravi',
      '+14694652751,,Bali,,',
    ].join('\n');
    const before = [await rowsIn('user_profiles'), await rowsIn('customer_imports')];
    const { status, body } = await show(csv, { kind: 'customers' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'customers',
      isWhole: true,
      rowsRead: 3,
      rowsFailed: 2,
      estimatedRows: 3,
    });
    expect(body.columns).toEqual([
      {
        header: 'Contact Number',
        target: 'phoneNumber',
        samples: ['9978783238', '9825011223', '+14694652751'],
      },
      { header: 'Full name', target: 'name', samples: ['Asha', 'Ravi'] },
      { header: 'Trip', target: 'attributes.Trip', samples: ['Bali', 'Goa'] },
      { header: 'saleDetails.nights', target: 'attributes.saleDetails.nights', samples: ['7', '5'] },
      { header: 'Email', target: 'email', samples: ['asha@example.com', 'ravi'] },
    ]);
    expect(body.problems).toMatchObject([
      { severity: 'error', column: 0, count: 2, line: 2, sample: '9978783238' },
      {
        severity: 'error',
        column: 4,
        count: 1,
        line: 3,
        sample: 'ravi',
        message: 'must be an e-mail address',
      },
    ]);
    expect(body.targets).toEqual(expect.arrayContaining(['phoneNumber', 'tags', '-']));
    expect([await rowsIn('user_profiles'), await rowsIn('customer_imports')]).toEqual(before);

    const cured = await show(csv, {
      kind: 'customers',
      defaultCountry: 'IN',
      mapping: JSON.stringify({ Trip: 'attributes.saleDetails.destination', Email: '-' }),
    });
    expect(cured.body).toMatchObject({ rowsFailed: 0, problems: [] });
    expect(cured.body.columns[2].target).toBe('attributes.saleDetails.destination');
    expect(cured.body.columns[4].target).toBe('-');
  });

  it('shows the columns of a file that cannot be imported yet', async () => {
    const { status, body } = await show('Who,Line\nAsha,9978783238\n', { kind: 'customers' });
    expect(status).toBe(200);
    expect(body.columns).toMatchObject([{ target: 'attributes.Who' }, { samples: ['9978783238'] }]);
    expect(body.problems).toMatchObject([{ severity: 'error', column: null, count: null, line: null }]);
    expect(body.problems[0].message).toContain('no phone number column');
  });

  it('says of each file what the import then does', async () => {
    const cell = fc.constantFrom(
      '+919978783238',
      '9978783238',
      'x',
      '',
      'a@b.cd',
      '"',
      ',',
      'no',
      '2025-01-01',
      '=1',
    );
    const header = fc.constantFrom(
      'phone',
      'email',
      'tags',
      'optIn',
      'optInAt',
      'score',
      'country',
      'Phone no',
      'a.b',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(header, { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 4 }),
        async (headers, rows) => {
          const quoted = (cells: string[]): string =>
            cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');
          const csv = [headers, ...rows].map(quoted).join('\n');
          const { body: preview } = await show(csv, { kind: 'customers' });
          const real = await api.post('/api/whatsapp/customers/import', undefined, {
            raw: csv,
            headers: { 'content-type': 'text/csv' },
          });
          const isRefused = preview.problems.some(
            ({ column, line }: any) => column === null && line === null,
          );
          expect([csv, real.status]).toEqual([csv, isRefused ? 400 : 201]);
          if (!isRefused) {
            expect(preview).toMatchObject({ rowsRead: real.body.rowsRead, rowsFailed: real.body.rowsFailed });
          }
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('a preview of the beginning of a large file', () => {
  const row = (n: number): string => `+9197${String(10_000_000 + n)},"Größe ${n}, ""x"""`;
  const large = Buffer.from(`phone,name\n${Array.from({ length: 20_000 }, (_, n) => row(n)).join('\n')}\n`);

  it('looks at 256 KB of it, and estimates its rows', async () => {
    const whole = await show(large, { kind: 'customers', size: String(large.length) });
    expect(whole.body).toMatchObject({ isWhole: false, rowsFailed: 0, problems: [] });
    expect(whole.body.rowsRead).toBeLessThan(10_000);
    expect(Math.abs(whole.body.estimatedRows - 20_000)).toBeLessThan(600);
    expect((await show(large, { kind: 'customers' })).body.estimatedRows).toBeNull();
  });

  it('still refuses what it cannot read, wherever it stands', async () => {
    const bad = Buffer.concat([Buffer.from('phone\n'), Buffer.from([0xff, 0xfe, 0xfd]), large]);
    expect((await show(bad, { kind: 'customers' })).body.type).toBe('urn:drumbeat:problem:invalid_charset');
    const open = await show('phone\n"+919978783238\n', { kind: 'customers' });
    expect(open.body.type).toBe('urn:drumbeat:problem:csv_quote_not_closed');
    expect((await show('', { kind: 'customers' })).body.type).toBe('urn:drumbeat:problem:csv_empty');
    const endless = await show(`"${'x'.repeat(300_000)}`, { kind: 'customers' });
    expect([endless.status, endless.body.type]).toEqual([400, 'urn:drumbeat:problem:csv_row_too_long']);
  });
});

describe('a preview of recipients', () => {
  it('names variables, and knows a plain list of numbers', async () => {
    const { body } = await show('Mobile;Name;1;code\n+919978783238;Asha;Bali;X\n99;;;\n', {
      kind: 'recipients',
    });
    expect(body.columns.map(({ target }: any) => target)).toEqual([
      'phone',
      'name',
      'variables.1',
      'variables.code',
    ]);
    expect(body).toMatchObject({
      rowsRead: 2,
      rowsFailed: 1,
      problems: [{ column: 0, count: 1, line: 3, sample: '99' }],
    });
    const list = await show('+919978783238\n+919978783239\n', { kind: 'recipients' });
    expect(list.body).toMatchObject({
      hasHeader: false,
      rowsRead: 2,
      columns: [{ header: '', target: 'phone' }],
    });
    const mapping = JSON.stringify({ Who: 'phone', Trip: 'variables.1' });
    const mapped = await show('Who,Trip\n+919978783238,Bali\n', { kind: 'recipients', mapping });
    expect(mapped.body).toMatchObject({
      rowsFailed: 0,
      columns: [{ target: 'phone' }, { target: 'variables.1' }],
    });
  });
});

describe('a preview of products', () => {
  it('reads prices in the currency of the catalog, and warns of unknown columns', async () => {
    const { body: catalog } = await api.post('/api/whatsapp/catalogs', { name: 'Trips', currency: 'INR' });
    const csv = 'SKU,Title,price,color,colour\nA,Bali,100.00 INR,red,x\nB,Goa,5 USD,red,x\n,Pune,1,,\n';
    const { status, body } = await show(csv, { kind: 'products', catalogId: catalog.id });
    expect(status).toBe(200);
    expect(body.columns.map(({ target }: any) => target)).toEqual([
      'sku',
      'name',
      'price',
      'options.color',
      '-',
    ]);
    expect(body).toMatchObject({ rowsRead: 3, rowsFailed: 2 });
    expect(body.problems.map(({ severity, column }: any) => [severity, column])).toEqual([
      ['error', 2],
      ['error', 0],
      ['warning', null],
    ]);
    const { api: other } = await newOrganization(app.api);
    expect((await show(csv, { kind: 'products', catalogId: catalog.id }, { as: other })).status).toBe(404);
  });
});

describe('the route', () => {
  it.each([
    ['customers', 'customers:write'],
    ['recipients', 'campaigns:write'],
    ['products', 'catalog:write'],
  ])('takes for %s the scope %s and no other', async (kind, scope) => {
    const others = ['customers:write', 'campaigns:write', 'catalog:write'].filter((one) => one !== scope);
    const { api: without } = await newOrganization(app.api, others);
    const { api: holder } = await newOrganization(app.api, [scope]);
    const parameters = { kind, ...(kind === 'products' ? { catalogId: crypto.randomUUID() } : {}) };
    expect((await show('phone\n', parameters, { as: without })).status).toBe(403);
    expect((await show('phone\n', parameters, { as: holder })).status).toBe(kind === 'products' ? 404 : 200);
  });

  it.each([
    [{}, 'kind'],
    [{ kind: 'orders' }, 'kind'],
    [{ kind: 'products' }, 'catalogId'],
    [{ kind: 'products', catalogId: crypto.randomUUID(), mapping: '{}' }, 'mapping'],
    [{ kind: 'customers', catalogId: crypto.randomUUID() }, 'catalogId'],
    [{ kind: 'customers', mapping: 'x' }, 'mapping'],
    [{ kind: 'customers', size: '0' }, 'size'],
    [{ kind: 'customers', defaultCountry: 'XX' }, 'defaultCountry'],
    [{ kind: 'customers', unknown: '1' }, 'unknown'],
  ])('answers %j with 400 for %s', async (parameters, field) => {
    const { status, body } = await show('phone\n', parameters);
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it('takes files only', async () => {
    expect((await api.post(`${PATH}?kind=customers`, { phone: 1 })).status).toBe(415);
  });
});
