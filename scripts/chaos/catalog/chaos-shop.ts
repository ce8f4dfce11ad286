import type { Patience } from '../patience.ts';
import { query } from '../query.ts';
import type { Stage } from '../stage.ts';

const CATALOGS = '/api/whatsapp/catalogs';
const IMAGE = 'https://shop.example.com/i.jpg';
/** Every so many products, one is edited here, one at Meta, one deleted, and one of them made there. */
const EVERY = 100;

export interface SyncRun {
  id: string;
  status: string;
  phase: string;
  created: number;
  updated: number;
  deleted: number;
  pulledCreated: number;
  pulledUpdated: number;
  failureReason: string | null;
}

/** The catalog of the run, from both sides. */
export class ChaosShop {
  private readonly stage: Stage;
  private readonly patience: Patience;
  private catalogId = '';

  constructor(stage: Stage, patience: Patience) {
    this.stage = stage;
    this.patience = patience;
  }

  get id(): string {
    return this.catalogId;
  }

  /** Every tenth product is a group of two variants. */
  async open(products: number): Promise<void> {
    const { api, meta, databaseUrl } = this.stage;
    await meta.stage({ catalogBatchMs: 400 });
    const { id } = await api.post<{ id: string }>(CATALOGS, { name: 'Chaos', defaultImageUrl: IMAGE });
    this.catalogId = id;
    await query(
      databaseUrl,
      `INSERT INTO whatsapp_products
         (organization_id, catalog_id, sku, name, description, price, currency, created_at, updated_at)
       SELECT organization_id, id, 'P-' || n, 'Product ' || n, 'About product ' || n, n % 9000 + 1, currency,
              created_at, created_at
         FROM whatsapp_catalogs, generate_series(1, $2::int) AS n WHERE id = $1`,
      [id, products],
    );
    await query(
      databaseUrl,
      `INSERT INTO whatsapp_product_variants
         (organization_id, catalog_id, product_id, sku, name, options, options_key, price, created_at, updated_at)
       SELECT organization_id, catalog_id, id, sku || '-' || size, name || ', ' || size,
              jsonb_build_object('size', size), 'size=' || size, price, created_at, updated_at
         FROM whatsapp_products, unnest(ARRAY['S', 'L']) AS size
        WHERE catalog_id = $1 AND substr(sku, 3)::int % 10 = 0`,
      [id],
    );
  }

  start(): Promise<SyncRun> {
    return this.stage.api.post<SyncRun>(`${CATALOGS}/${this.catalogId}/sync`);
  }

  run(id: string): Promise<SyncRun> {
    return this.stage.api.get<SyncRun>(`${CATALOGS}/${this.catalogId}/sync/${id}`);
  }

  async runs(): Promise<SyncRun[]> {
    const { data } = await this.stage.api.get<{ data: SyncRun[] }>(
      `${CATALOGS}/${this.catalogId}/sync?limit=100`,
    );
    return data;
  }

  /** Waits until a run has ended; moves the clock on when it has to wait for Meta, or for a dead worker's lease. */
  ended(id: string): Promise<SyncRun> {
    return this.patience.until({
      what: 'the sync run has ended',
      look: () => this.run(id),
      holds: ({ status }) => !['queued', 'running'].includes(status),
    });
  }

  /** A dead worker holds its run for a minute. */
  async letLeasesEnd(): Promise<void> {
    const { now } = await this.stage.api.get<{ now: string }>('/api/dev/clock');
    const later = new Date(Date.parse(now) + 61_000).toISOString();
    await this.stage.api.post('/api/dev/clock', { now: later });
  }

  /** Edits on both sides, of different products: what a day brings. */
  async edit(products: number): Promise<{ edited: number; deleted: number; pulled: number; made: number }> {
    const { databaseUrl, meta } = this.stage;
    const done = { edited: 0, deleted: 0, pulled: 0, made: 0 };
    const [catalog] = await query<{ meta: string }>(
      databaseUrl,
      'SELECT meta_catalog_id AS meta FROM whatsapp_catalogs WHERE id = $1',
      [this.catalogId],
    );
    const atMeta = (sku: string, change: object): Promise<unknown> =>
      meta.control(`catalogs/${catalog?.meta ?? ''}/products/${sku}`, { method: 'POST', body: change });
    for (let n = EVERY; n + 3 <= products; n += EVERY) {
      await query(
        databaseUrl,
        `UPDATE whatsapp_products SET price = price + 1, updated_at = updated_at + interval '1 second'
          WHERE catalog_id = $1 AND sku = 'P-' || $2::int`,
        [this.catalogId, n + 1],
      );
      await query(
        databaseUrl,
        `DELETE FROM whatsapp_products WHERE catalog_id = $1 AND sku = 'P-' || $2::int`,
        [this.catalogId, n + 2],
      );
      await atMeta(`P-${n + 3}`, { fields: { name: `Edited at Meta ${n + 3}` } });
      await atMeta(`M-${n}`, { price: '10.00 INR', fields: { name: `Made at Meta ${n}`, image_url: IMAGE } });
      done.edited += 1;
      done.deleted += 1;
      done.pulled += 1;
      done.made += 1;
    }
    return done;
  }
}
