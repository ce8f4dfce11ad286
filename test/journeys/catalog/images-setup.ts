import sharp from 'sharp';
import { DataSource } from 'typeorm';
import type { TestApp } from '../../support/test-app.js';

/** A photograph of a kind: no two colours give the same file. */
export async function photo(
  colour: string,
  {
    width = 1200,
    height = 1200,
    format = 'jpeg',
  }: { width?: number; height?: number; format?: 'jpeg' | 'png' } = {},
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format)
    .withExif({ IFD0: { Artist: 'Taken at home' } })
    .toBuffer();
}

export async function rows<T = any>(
  app: TestApp,
  statement: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  return app.app.get(DataSource).query<T[]>(statement, parameters);
}

export async function organizationOf(app: TestApp): Promise<string> {
  const [first] = await rows<{ id: string }>(app, 'SELECT id FROM organizations ORDER BY id LIMIT 1');
  return first?.id ?? '';
}

export async function newCatalog(app: TestApp, organizationId: string, currency = 'INR'): Promise<string> {
  const [catalog] = await rows<{ id: string }>(
    app,
    `INSERT INTO whatsapp_catalogs (organization_id, name, currency, created_at, updated_at)
     VALUES ($1, 'Shop', $2, now(), now()) RETURNING id`,
    [organizationId, currency],
  );
  return catalog?.id ?? '';
}

export async function newProduct(
  app: TestApp,
  catalogId: string,
  values: { sku: string; imageUrl?: string | null; imageUrls?: string[] },
): Promise<void> {
  await rows(
    app,
    `INSERT INTO whatsapp_products
       (organization_id, catalog_id, sku, name, price, currency, image_url, image_urls, created_at, updated_at)
     SELECT organization_id, id, $2, 'Product', 10, currency, $3, $4, now(), now()
       FROM whatsapp_catalogs WHERE id = $1`,
    [catalogId, values.sku, values.imageUrl ?? null, values.imageUrls ?? []],
  );
}
