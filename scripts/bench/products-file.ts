import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Api } from './api.ts';

const ROWS_AT_ONCE = 1_000;
const HEADER =
  'sku,name,description,price,salePrice,availability,quantity,imageUrl,category,brand,condition,tags,url,isActive';

/** A file as a shop would export it from its own system. */
export async function writeProducts(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(csv(rows)), createWriteStream(path));
}

function* csv(rows: number): Generator<string> {
  yield `${HEADER}\r\n`;
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    let lines = '';
    for (let i = from; i < Math.min(from + ROWS_AT_ONCE, rows); i += 1) lines += `${line(i)}\r\n`;
    yield lines;
  }
}

function line(i: number): string {
  const sku = `SKU-${String(i).padStart(7, '0')}`;
  const price = 500 + (i % 9_000);
  return [
    sku,
    `"Tour ${i}, five days"`,
    `"Five days on the beach, with breakfast and a guide. Package ${i} of the season."`,
    `${price}.00`,
    i % 5 === 0 ? `${price - 100}.50` : '',
    i % 20 === 0 ? 'preorder' : 'in_stock',
    String(i % 300),
    `https://cdn.shop.example/images/${sku}.jpg`,
    'Travel > Packages',
    'Bali Tours',
    'new',
    `beach|season-${i % 12}`,
    `https://shop.example/packages/${sku.toLowerCase()}`,
    'true',
  ].join(',');
}

export async function createCatalog(api: Api): Promise<string> {
  const { id } = await api.post<{ id: string }>('/api/whatsapp/catalogs', {
    name: 'Benchmark',
    currency: 'INR',
  });
  return id;
}
