import type { Api } from '../api.ts';
import { query } from '../query.ts';
import type { Stage } from '../stage.ts';

interface Item extends Record<string, unknown> {
  sku: string;
  name: string;
  price: string;
  group: string;
  metaId: string | null;
}

interface Node {
  id: string;
  retailer_id: string;
  retailer_product_group_id?: string;
  name: string;
  price: string;
}

/** Whether both sides have the same items, and nothing is left under way. */
export async function judgeCatalog(stage: Stage, catalogId: string): Promise<string[]> {
  const ours = await query<Item>(
    stage.databaseUrl,
    `SELECT sku, name, price::text, sku AS "group", meta_product_id AS "metaId" FROM whatsapp_products
      WHERE catalog_id = $1 AND NOT has_variants
     UNION ALL
     SELECT v.sku, v.name, v.price::text, p.sku, v.meta_product_id
       FROM whatsapp_product_variants v JOIN whatsapp_products p ON p.id = v.product_id WHERE v.catalog_id = $1`,
    [catalogId],
  );
  const [catalog] = await query<{ meta: string }>(
    stage.databaseUrl,
    'SELECT meta_catalog_id AS meta FROM whatsapp_catalogs WHERE id = $1',
    [catalogId],
  );
  const { data } = await stage.meta.control<{ data: Node[] }>(`catalogs/${catalog?.meta ?? ''}/products`);
  return [...differences(ours, data), ...(await leftovers(stage, catalogId))];
}

function differences(ours: readonly Item[], nodes: readonly Node[]): string[] {
  const theirs = new Map(nodes.map((node) => [node.retailer_id, node]));
  const findings: string[] = [];
  for (const { sku, name, price, group, metaId } of ours) {
    const node = theirs.get(sku);
    theirs.delete(sku);
    if (node === undefined) {
      findings.push(`${sku} is not at Meta`);
      continue;
    }
    const shown = [
      node.name,
      node.price.replace(/[^\d.]/g, ''),
      node.retailer_product_group_id ?? sku,
      node.id,
    ];
    const wanted = [name, price, group, metaId];
    if (JSON.stringify(shown) !== JSON.stringify(wanted)) {
      findings.push(`${sku} is ${JSON.stringify(wanted)} here and ${JSON.stringify(shown)} at Meta`);
    }
  }
  return [...findings, ...[...theirs.keys()].map((sku) => `${sku} is at Meta and not here`)];
}

async function leftovers(stage: Stage, catalogId: string): Promise<string[]> {
  const items = await query<{ sku: string; status: string }>(
    stage.databaseUrl,
    `SELECT retailer_id AS sku, status FROM whatsapp_catalog_items
      WHERE catalog_id = $1 AND role <> 'group'
        AND (status <> 'synced' OR dirty_at IS NOT NULL OR batch_id IS NOT NULL OR removed_at IS NOT NULL)`,
    [catalogId],
  );
  const batches = await query<{ id: string; status: string }>(
    stage.databaseUrl,
    `SELECT id, status FROM whatsapp_sync_batches WHERE catalog_id = $1 AND status IN ('sending', 'polling')`,
    [catalogId],
  );
  return [
    ...items.map(({ sku, status }) => `${sku} is still ${status}`),
    ...batches.map(({ id, status }) => `batch ${id} is still ${status}`),
  ];
}

export function judgeProcesses(api: Api, accidents: readonly string[]): string[] {
  return [...accidents, ...api.serverErrors];
}
