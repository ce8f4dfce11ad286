import type { MigrationInterface, QueryRunner } from 'typeorm';

// What Meta sees of a product, and of the variants that inherit it. Stock counts only where it changes availability.
const SHOWN = [
  'name',
  'description',
  'price',
  'sale_price',
  'sale_starts_at',
  'sale_ends_at',
  'availability',
  'image_url',
  'image_urls',
  'category',
  'brand',
  'condition',
  'url',
  'is_active',
  'is_visible',
  'compliance',
  'has_variants',
];
const SHOWN_OF_VARIANT = ['name', 'options', 'price', 'sale_price', 'availability', 'image_url', 'is_active'];
const SHOWN_OF_CATALOG = ['name', 'is_active', 'default_image_url', 'default_brand', 'website_url'];

const columns = (alias: string, names: readonly string[]) =>
  names.map((name) => `${alias}.${name}`).join(', ');
const differ = (names: readonly string[]) =>
  `(${columns('n', names)}) IS DISTINCT FROM (${columns('o', names)})`;
// What an update changed is what EXCEPT leaves of the new rows: it hashes, where a join of the two sets of rows, planned
// for one row and kept, would compare each with each.
const KEYS = ['id', 'catalog_id', 'sku'];
const shownRows = (rows: string, alias: string, shown: readonly string[]) => `
  SELECT ${columns(alias, [...KEYS, ...shown])}, ${alias}.quantity IS NOT DISTINCT FROM 0 AS is_sold_out FROM ${rows} ${alias}`;
const changed = (shown: readonly string[]) =>
  `(${shownRows('new_rows', 'n', shown)} EXCEPT ${shownRows('old_rows', 'o', shown)}) AS changed`;
// One look into the index for each row. Without OFFSET 0 PostgreSQL would join instead.
const itemOf = (alias: string) => `
  LATERAL (SELECT i.id FROM whatsapp_catalog_items i
            WHERE i.catalog_id = ${alias}.catalog_id AND i.retailer_id = ${alias}.sku AND i.removed_at IS NULL
           OFFSET 0) AS item`;

// An item becomes dirty through these three assignments and no others. The version grows with every change, so that
// the sync can see whether an item has changed again since it was sent.
const dirty = (at: string) => `
  dirty_at = ${at}, dirty_since = coalesce(i.dirty_since, ${at}), version = i.version + 1,
  retry_at = NULL, updated_at = ${at},
  status = CASE WHEN i.status IN ('synced', 'rejected', 'not_ready', 'missing') THEN 'dirty' ELSE i.status END`;

// Each trigger function serves one row as well as a batch of thousands with the plan of its first call.
const INDEXED = 'SET enable_seqscan = off SET search_path FROM CURRENT';

/**
 * Catalogs, products, variants and stock, and what the sync and the CSV import write down.
 *
 * `whatsapp_catalog_items` has one row for each SKU of a catalog, whether it belongs to a product, a variant or a group:
 * Meta has one space of ids for all three. Its unique index holds the SKU, its triggers mark what has to go to Meta, and
 * its rows outlive their products until Meta has confirmed the deletion.
 */
export class Catalog1764000600000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await this.createCatalogs(db);
    await this.createProducts(db);
    await this.createVariants(db);
    await this.createItems(db);
    await this.createStock(db);
    await this.createSync(db);
    await this.createFiles(db);
    await this.createStats(db);
    await this.createItemTriggers(db);
    await this.createCounters(db);
  }

  private async createCatalogs(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_catalogs (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        meta_catalog_id varchar(64),
        sender_id uuid,
        name varchar(200) NOT NULL,
        description text,
        currency varchar(3) NOT NULL DEFAULT 'INR',
        is_active boolean NOT NULL DEFAULT true,
        is_public boolean NOT NULL DEFAULT false,
        auto_sync boolean NOT NULL DEFAULT false,
        last_sync_at timestamptz,
        business_category_id varchar(200),
        default_image_url varchar(2000),
        default_brand varchar(100),
        website_url varchar(2000),
        tax_percent numeric(5, 2) NOT NULL DEFAULT 0,
        prices_include_tax boolean NOT NULL DEFAULT true,
        conflict_policy varchar(8) NOT NULL DEFAULT 'local',
        honour_shown_price_percent numeric(5, 2) NOT NULL DEFAULT 0,
        is_adopted boolean NOT NULL DEFAULT false,
        connected_catalog_id varchar(64),
        connection_checked_at timestamptz,
        total_products integer NOT NULL DEFAULT 0,
        active_products integer NOT NULL DEFAULT 0,
        total_orders integer NOT NULL DEFAULT 0,
        total_revenue numeric(18, 2) NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_catalogs_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_catalogs_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_catalogs_sender_fkey FOREIGN KEY (sender_id) REFERENCES senders (id) ON DELETE SET NULL,
        CONSTRAINT whatsapp_catalogs_policy_check CHECK (conflict_policy IN ('local', 'meta', 'manual')),
        CONSTRAINT whatsapp_catalogs_percent_check CHECK
          (tax_percent BETWEEN 0 AND 100 AND honour_shown_price_percent BETWEEN 0 AND 100),
        CONSTRAINT whatsapp_catalogs_counters_check CHECK (active_products BETWEEN 0 AND total_products)
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_catalogs_meta_idx ON whatsapp_catalogs (organization_id, meta_catalog_id)
        WHERE meta_catalog_id IS NOT NULL`);
    await db.query(`CREATE INDEX whatsapp_catalogs_list_idx ON whatsapp_catalogs (organization_id, id)`);
    await db.query(`CREATE INDEX whatsapp_catalogs_sender_idx ON whatsapp_catalogs (sender_id)`);
  }

  private async createProducts(db: QueryRunner): Promise<void> {
    // SKUs compare byte by byte: the same order on every machine, and an index that serves a search by prefix.
    await db.query(`
      CREATE TABLE whatsapp_products (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        meta_product_id varchar(64),
        sku varchar(100) COLLATE "C" NOT NULL,
        name varchar(200) NOT NULL,
        description text,
        price numeric(10, 2) NOT NULL,
        sale_price numeric(10, 2),
        sale_starts_at timestamptz,
        sale_ends_at timestamptz,
        currency varchar(3) NOT NULL,
        availability varchar(12) NOT NULL DEFAULT 'in_stock',
        quantity integer,
        reserved_quantity integer NOT NULL DEFAULT 0,
        image_url varchar(2000),
        image_urls text[] NOT NULL DEFAULT '{}',
        video_url varchar(2000),
        category varchar(250),
        brand varchar(100),
        condition varchar(12) NOT NULL DEFAULT 'new',
        has_variants boolean NOT NULL DEFAULT false,
        variant_options jsonb,
        tags text[] NOT NULL DEFAULT '{}',
        url varchar(2000),
        is_active boolean NOT NULL DEFAULT true,
        is_visible boolean NOT NULL DEFAULT true,
        compliance jsonb,
        view_count integer NOT NULL DEFAULT 0,
        share_count integer NOT NULL DEFAULT 0,
        cart_add_count integer NOT NULL DEFAULT 0,
        purchase_count integer NOT NULL DEFAULT 0,
        last_sync_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_products_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_products_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_products_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_products_price_check CHECK (price >= 0 AND sale_price >= 0 AND sale_price < price),
        CONSTRAINT whatsapp_products_stock_check CHECK (quantity >= 0 AND reserved_quantity >= 0),
        CONSTRAINT whatsapp_products_availability_check CHECK
          (availability IN ('in_stock', 'out_of_stock', 'preorder')),
        CONSTRAINT whatsapp_products_condition_check CHECK (condition IN ('new', 'refurbished', 'used'))
      )`);
    await db.query(`CREATE UNIQUE INDEX whatsapp_products_sku_idx ON whatsapp_products (catalog_id, sku)`);
    await db.query(`CREATE INDEX whatsapp_products_list_idx ON whatsapp_products (catalog_id, id)`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_products_meta_idx ON whatsapp_products (catalog_id, meta_product_id)
        WHERE meta_product_id IS NOT NULL`);
    // Only where the operator has installed the extension: the embedded PostgreSQL comes without it.
    await db.query(`
      DO $do$ BEGIN
        IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
          CREATE INDEX whatsapp_products_name_idx ON whatsapp_products USING gin (name gin_trgm_ops);
        END IF;
      END $do$`);
  }

  private async createVariants(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_product_variants (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        product_id uuid NOT NULL,
        meta_product_id varchar(64),
        sku varchar(100) COLLATE "C" NOT NULL,
        name varchar(200) NOT NULL,
        options jsonb NOT NULL,
        options_key varchar(400) COLLATE "C" NOT NULL,
        price numeric(10, 2) NOT NULL,
        sale_price numeric(10, 2),
        availability varchar(12) NOT NULL DEFAULT 'in_stock',
        quantity integer,
        reserved_quantity integer NOT NULL DEFAULT 0,
        image_url varchar(2000),
        is_active boolean NOT NULL DEFAULT true,
        purchase_count integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_product_variants_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_product_variants_organization_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id),
        CONSTRAINT whatsapp_product_variants_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_product_variants_product_fkey FOREIGN KEY (product_id)
          REFERENCES whatsapp_products (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_product_variants_price_check CHECK
          (price >= 0 AND sale_price >= 0 AND sale_price < price),
        CONSTRAINT whatsapp_product_variants_stock_check CHECK (quantity >= 0 AND reserved_quantity >= 0),
        CONSTRAINT whatsapp_product_variants_availability_check CHECK
          (availability IN ('in_stock', 'out_of_stock', 'preorder'))
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_product_variants_sku_idx ON whatsapp_product_variants (catalog_id, sku)`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_product_variants_options_idx
        ON whatsapp_product_variants (product_id, options_key)`);
    await db.query(`
      CREATE INDEX whatsapp_product_variants_list_idx ON whatsapp_product_variants (product_id, id)`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_product_variants_meta_idx
        ON whatsapp_product_variants (catalog_id, meta_product_id) WHERE meta_product_id IS NOT NULL`);
  }

  private async createItems(db: QueryRunner): Promise<void> {
    // product_id and variant_id are bare: a removed item names what no longer exists.
    await db.query(`
      CREATE TABLE whatsapp_catalog_items (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        retailer_id varchar(100) COLLATE "C" NOT NULL,
        role varchar(8) NOT NULL,
        product_id uuid NOT NULL,
        variant_id uuid,
        meta_product_id varchar(64),
        status varchar(12) NOT NULL DEFAULT 'not_synced',
        version integer NOT NULL DEFAULT 1,
        dirty_since timestamptz,
        dirty_at timestamptz,
        removed_at timestamptz,
        agreed jsonb,
        sending jsonb,
        sending_version integer,
        batch_id uuid,
        sent_at timestamptz,
        retry_at timestamptz,
        missing_reads integer NOT NULL DEFAULT 0,
        conflict jsonb,
        problems jsonb NOT NULL DEFAULT '[]',
        review_status varchar(40),
        review_reasons text[] NOT NULL DEFAULT '{}',
        image_status varchar(40),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_catalog_items_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_catalog_items_organization_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id),
        CONSTRAINT whatsapp_catalog_items_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_catalog_items_role_check CHECK
          (role IN ('product', 'variant', 'group') AND (role = 'variant') = (variant_id IS NOT NULL)),
        CONSTRAINT whatsapp_catalog_items_status_check CHECK (status IN
          ('not_synced', 'not_ready', 'dirty', 'sending', 'synced', 'rejected', 'conflict', 'missing')),
        CONSTRAINT whatsapp_catalog_items_dirty_check CHECK ((dirty_at IS NULL) = (dirty_since IS NULL))
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_catalog_items_retailer_idx ON whatsapp_catalog_items (catalog_id, retailer_id)`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_catalog_items_meta_idx ON whatsapp_catalog_items (catalog_id, meta_product_id)
        WHERE meta_product_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_catalog_items_dirty_idx ON whatsapp_catalog_items (catalog_id, dirty_at)
        WHERE dirty_at IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_catalog_items_batch_idx ON whatsapp_catalog_items (batch_id)
        WHERE batch_id IS NOT NULL`);
  }

  private async createStock(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE stock_movements (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        product_id uuid NOT NULL,
        variant_id uuid,
        kind varchar(8) NOT NULL,
        quantity integer NOT NULL,
        reserved integer NOT NULL,
        quantity_after integer,
        reserved_after integer NOT NULL,
        order_id uuid,
        reason varchar(200),
        key_id uuid,
        at timestamptz NOT NULL,
        CONSTRAINT stock_movements_pkey PRIMARY KEY (id),
        CONSTRAINT stock_movements_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT stock_movements_product_fkey FOREIGN KEY (product_id)
          REFERENCES whatsapp_products (id) ON DELETE CASCADE,
        CONSTRAINT stock_movements_kind_check CHECK
          (kind IN ('set', 'adjust', 'import', 'reserve', 'release', 'fulfil', 'return')),
        CONSTRAINT stock_movements_after_check CHECK (quantity_after >= 0 AND reserved_after >= 0)
      )`);
    await db.query(`CREATE INDEX stock_movements_product_idx ON stock_movements (product_id, id)`);
    await db.query(`
      CREATE INDEX stock_movements_variant_idx ON stock_movements (variant_id, id) WHERE variant_id IS NOT NULL`);
    // A ledger that can be changed proves nothing. Its rows end only with their product.
    await db.query(`
      CREATE FUNCTION keep_stock_movements() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        IF EXISTS (SELECT FROM old_rows o JOIN whatsapp_products p ON p.id = o.product_id) THEN
          RAISE EXCEPTION 'rows of stock_movements are only ever added';
        END IF;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR TRUNCATE ON stock_movements
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
    await db.query(`
      CREATE TRIGGER stock_movements_kept AFTER DELETE ON stock_movements REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION keep_stock_movements()`);
  }

  private async createSync(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_sync_runs (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        mode varchar(8) NOT NULL,
        trigger varchar(10) NOT NULL,
        is_dry_run boolean NOT NULL DEFAULT false,
        status varchar(10) NOT NULL,
        phase varchar(8) NOT NULL DEFAULT 'connect',
        again boolean NOT NULL DEFAULT false,
        stop_requested boolean NOT NULL DEFAULT false,
        lease_until timestamptz,
        waiting_until timestamptz,
        progress jsonb NOT NULL DEFAULT '{}',
        created integer NOT NULL DEFAULT 0,
        updated integer NOT NULL DEFAULT 0,
        deleted integer NOT NULL DEFAULT 0,
        pulled_created integer NOT NULL DEFAULT 0,
        pulled_updated integer NOT NULL DEFAULT 0,
        conflicts integer NOT NULL DEFAULT 0,
        rejected integer NOT NULL DEFAULT 0,
        not_ready integer NOT NULL DEFAULT 0,
        unchanged integer NOT NULL DEFAULT 0,
        missing integer NOT NULL DEFAULT 0,
        calls_write integer NOT NULL DEFAULT 0,
        calls_poll integer NOT NULL DEFAULT 0,
        calls_read integer NOT NULL DEFAULT 0,
        problems jsonb NOT NULL DEFAULT '[]',
        plan jsonb,
        failure_reason text,
        started_at timestamptz,
        finished_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_sync_runs_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_sync_runs_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_sync_runs_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_sync_runs_mode_check CHECK (mode IN ('full', 'push')),
        CONSTRAINT whatsapp_sync_runs_trigger_check CHECK (trigger IN ('manual', 'auto', 'webhook', 'schedule')),
        CONSTRAINT whatsapp_sync_runs_status_check CHECK
          (status IN ('queued', 'running', 'completed', 'partial', 'failed', 'stopped')),
        CONSTRAINT whatsapp_sync_runs_phase_check CHECK (phase IN ('connect', 'read', 'push', 'settle'))
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_sync_runs_open_idx ON whatsapp_sync_runs (catalog_id)
        WHERE status IN ('queued', 'running')`);
    await db.query(`CREATE INDEX whatsapp_sync_runs_list_idx ON whatsapp_sync_runs (catalog_id, id)`);
    await db.query(`
      CREATE TABLE whatsapp_sync_batches (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        run_id uuid NOT NULL,
        status varchar(10) NOT NULL,
        handle varchar(500),
        items integer NOT NULL,
        polls integer NOT NULL DEFAULT 0,
        next_poll_at timestamptz,
        errors_total integer,
        problems jsonb NOT NULL DEFAULT '[]',
        sent_at timestamptz,
        finished_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_sync_batches_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_sync_batches_organization_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id),
        CONSTRAINT whatsapp_sync_batches_run_fkey FOREIGN KEY (run_id)
          REFERENCES whatsapp_sync_runs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_sync_batches_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_sync_batches_status_check CHECK
          (status IN ('sending', 'polling', 'finished', 'failed', 'lost'))
      )`);
    await db.query(`CREATE INDEX whatsapp_sync_batches_run_idx ON whatsapp_sync_batches (run_id, id)`);
    await db.query(`
      CREATE INDEX whatsapp_sync_batches_open_idx ON whatsapp_sync_batches (catalog_id, next_poll_at)
        WHERE status IN ('sending', 'polling')`);
    await db.query(
      `CREATE INDEX whatsapp_sync_batches_handle_idx ON whatsapp_sync_batches (catalog_id, handle)`,
    );
  }

  private async createFiles(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE product_imports (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        status varchar(12) NOT NULL,
        mode varchar(8) NOT NULL,
        stock varchar(8) NOT NULL,
        is_dry_run boolean NOT NULL DEFAULT false,
        file_name varchar(255),
        warnings jsonb NOT NULL DEFAULT '[]',
        rows_read integer NOT NULL DEFAULT 0,
        rows_created integer NOT NULL DEFAULT 0,
        rows_updated integer NOT NULL DEFAULT 0,
        rows_unchanged integer NOT NULL DEFAULT 0,
        rows_failed integer NOT NULL DEFAULT 0,
        failure_reason text,
        started_at timestamptz NOT NULL,
        progress_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT product_imports_pkey PRIMARY KEY (id),
        CONSTRAINT product_imports_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT product_imports_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX product_imports_catalog_idx ON product_imports (catalog_id, id)`);
    await db.query(`
      CREATE TABLE product_import_errors (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        field varchar(100) NOT NULL,
        sku varchar(200),
        message text NOT NULL,
        CONSTRAINT product_import_errors_pkey PRIMARY KEY (import_id, line, field),
        CONSTRAINT product_import_errors_import_fkey FOREIGN KEY (import_id)
          REFERENCES product_imports (id) ON DELETE CASCADE
      )`);
    await db.query(`
      CREATE TABLE whatsapp_images (
        organization_id uuid NOT NULL,
        sha256 varchar(64) NOT NULL,
        content_type varchar(20) NOT NULL,
        bytes integer NOT NULL,
        width integer NOT NULL,
        height integer NOT NULL,
        storage varchar(8) NOT NULL,
        last_named_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_images_pkey PRIMARY KEY (organization_id, sha256),
        CONSTRAINT whatsapp_images_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_images_type_check CHECK (content_type IN ('image/jpeg', 'image/png')),
        CONSTRAINT whatsapp_images_storage_check CHECK (storage IN ('disk', 's3'))
      )`);
    await db.query(`CREATE INDEX whatsapp_images_unnamed_idx ON whatsapp_images (last_named_at)`);
  }

  private async createStats(db: QueryRunner): Promise<void> {
    // The nil id stands for none. An order of three products is one order: the row without a product counts it.
    await db.query(`
      CREATE TABLE whatsapp_product_stats (
        organization_id uuid NOT NULL,
        catalog_id uuid NOT NULL,
        product_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        variant_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        campaign_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        date date NOT NULL,
        shares integer NOT NULL DEFAULT 0,
        views integer NOT NULL DEFAULT 0,
        cart_adds integer NOT NULL DEFAULT 0,
        units integer NOT NULL DEFAULT 0,
        orders integer NOT NULL DEFAULT 0,
        revenue numeric(18, 2) NOT NULL DEFAULT 0,
        CONSTRAINT whatsapp_product_stats_pkey PRIMARY KEY (catalog_id, product_id, date, variant_id, campaign_id),
        CONSTRAINT whatsapp_product_stats_organization_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id),
        CONSTRAINT whatsapp_product_stats_catalog_fkey FOREIGN KEY (catalog_id)
          REFERENCES whatsapp_catalogs (id) ON DELETE CASCADE
      )`);
    await db.query(`
      CREATE INDEX whatsapp_product_stats_date_idx ON whatsapp_product_stats (catalog_id, date)`);
  }

  private async createItemTriggers(db: QueryRunner): Promise<void> {
    // A new item, or a removed one whose SKU is used again: what was agreed with Meta about it still holds. Returns the
    // SKUs that were free.
    await db.query(`
      CREATE FUNCTION claim_catalog_items(
        organizations uuid[], catalogs uuid[], skus text[], roles text[], products uuid[], variants uuid[],
        times timestamptz[]) RETURNS SETOF text LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        RETURN QUERY
        INSERT INTO whatsapp_catalog_items AS i
          (organization_id, catalog_id, retailer_id, role, product_id, variant_id, dirty_since, dirty_at,
           created_at, updated_at)
        SELECT n.organization_id, n.catalog_id, n.sku, n.role, n.product_id, n.variant_id, n.at, n.at, n.at, n.at
          FROM unnest(organizations, catalogs, skus, roles, products, variants, times)
               AS n (organization_id, catalog_id, sku, role, product_id, variant_id, at)
         ORDER BY n.catalog_id, n.sku COLLATE "C"
            ON CONFLICT (catalog_id, retailer_id) DO UPDATE
           SET ${dirty('excluded.updated_at')}, conflict = NULL, removed_at = NULL, role = excluded.role,
               product_id = excluded.product_id, variant_id = excluded.variant_id
         WHERE i.removed_at IS NOT NULL
        RETURNING i.retailer_id::text;
      END $fn$`);
    await this.createClaim(db, 'products', `CASE WHEN n.has_variants THEN 'group' ELSE 'product' END`, {
      productId: 'n.id',
      variantId: 'NULL::uuid',
    });
    await this.createClaim(db, 'variants', `'variant'`, { productId: 'n.product_id', variantId: 'n.id' });
    await db.query(`
      CREATE FUNCTION mark_changed_products() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      DECLARE
        items uuid[];
        at timestamptz;
      BEGIN
        IF EXISTS (SELECT ${columns('o', KEYS)} FROM old_rows o EXCEPT SELECT ${columns('n', KEYS)} FROM new_rows n) THEN
          RAISE EXCEPTION 'the sku of a product is fixed' USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(item.id) INTO items
          FROM (WITH changes AS MATERIALIZED (SELECT id, catalog_id, sku, has_variants FROM ${changed(SHOWN)})
                SELECT catalog_id, sku FROM changes
                UNION ALL
                SELECT v.catalog_id, v.sku
                  FROM changes c CROSS JOIN LATERAL
                       (SELECT catalog_id, sku FROM whatsapp_product_variants WHERE product_id = c.id OFFSET 0) AS v
                 WHERE c.has_variants) AS t
               CROSS JOIN ${itemOf('t')};
        IF items IS NULL THEN RETURN NULL; END IF;
        SELECT max(updated_at) INTO at FROM new_rows;
        UPDATE whatsapp_catalog_items i
           SET ${dirty('at')},
               role = CASE WHEN i.role = 'variant' THEN i.role
                           WHEN (SELECT has_variants FROM whatsapp_products p WHERE p.id = i.product_id) THEN 'group'
                           ELSE 'product' END
         WHERE i.id = ANY(items);
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE FUNCTION mark_changed_variants() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      DECLARE
        items uuid[];
        at timestamptz;
      BEGIN
        IF EXISTS (SELECT ${columns('o', [...KEYS, 'product_id'])} FROM old_rows o
                   EXCEPT SELECT ${columns('n', [...KEYS, 'product_id'])} FROM new_rows n) THEN
          RAISE EXCEPTION 'the sku of a variant is fixed' USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(item.id) INTO items FROM ${changed(SHOWN_OF_VARIANT)} CROSS JOIN ${itemOf('changed')};
        IF items IS NULL THEN RETURN NULL; END IF;
        SELECT max(updated_at) INTO at FROM new_rows;
        UPDATE whatsapp_catalog_items i SET ${dirty('at')} WHERE i.id = ANY(items);
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE FUNCTION mark_items_of_catalogs() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        UPDATE whatsapp_catalog_items i
           SET ${dirty('n.updated_at')}
          FROM new_rows n JOIN old_rows o USING (id)
         WHERE i.catalog_id = n.id AND i.removed_at IS NULL AND ${differ(SHOWN_OF_CATALOG)};
        RETURN NULL;
      END $fn$`);
    // What was never sent leaves no trace. Everything else waits until Meta has confirmed that it is gone.
    await db.query(`
      CREATE FUNCTION retire_catalog_items(catalogs uuid[], skus text[], at timestamptz) RETURNS void
        LANGUAGE plpgsql ${INDEXED} AS $fn$
      DECLARE
        items uuid[];
      BEGIN
        SELECT array_agg(item.id) INTO items
          FROM unnest(catalogs, skus) AS gone (catalog_id, sku) CROSS JOIN ${itemOf('gone')};
        IF items IS NULL THEN RETURN; END IF;
        DELETE FROM whatsapp_catalog_items i
         WHERE i.id = ANY(items)
           AND i.agreed IS NULL AND i.sending IS NULL AND i.sent_at IS NULL AND i.meta_product_id IS NULL;
        -- A deletion settles a conflict.
        UPDATE whatsapp_catalog_items i
           SET removed_at = at, conflict = NULL, status = 'dirty'
         WHERE i.id = ANY(items) AND i.status = 'conflict';
        UPDATE whatsapp_catalog_items i SET removed_at = at, ${dirty('at')} WHERE i.id = ANY(items);
      END $fn$`);
    // Deleting through the application has retired the items already, at the time of its clock.
    await db.query(`
      CREATE FUNCTION retire_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        PERFORM retire_catalog_items(array_agg(catalog_id), array_agg(sku::text), now())
           FROM old_rows HAVING count(*) > 0;
        RETURN NULL;
      END $fn$`);
    for (const table of ['whatsapp_products', 'whatsapp_product_variants']) {
      const what = table === 'whatsapp_products' ? 'products' : 'variants';
      await db.query(`
        CREATE TRIGGER ${table}_claim AFTER INSERT ON ${table} REFERENCING NEW TABLE AS new_rows
          FOR EACH STATEMENT EXECUTE FUNCTION claim_skus_of_${what}()`);
      await db.query(`
        CREATE TRIGGER ${table}_mark AFTER UPDATE ON ${table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
          FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_${what}()`);
      await db.query(`
        CREATE TRIGGER ${table}_retire AFTER DELETE ON ${table} REFERENCING OLD TABLE AS old_rows
          FOR EACH STATEMENT EXECUTE FUNCTION retire_deleted()`);
    }
    await db.query(`
      CREATE TRIGGER whatsapp_catalogs_mark AFTER UPDATE ON whatsapp_catalogs
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION mark_items_of_catalogs()`);
  }

  /** For raw SQL: the application has claimed the SKUs of its rows before it inserts them. */
  private async createClaim(
    db: QueryRunner,
    what: string,
    role: string,
    { productId, variantId }: { productId: string; variantId: string },
  ): Promise<void> {
    const unclaimed = `FROM new_rows n WHERE NOT EXISTS (
            SELECT FROM whatsapp_catalog_items i
             WHERE i.catalog_id = n.catalog_id AND i.retailer_id = n.sku AND i.removed_at IS NULL
               AND i.product_id = ${productId} AND i.variant_id IS NOT DISTINCT FROM ${variantId}
            OFFSET 0)`;
    await db.query(`
      CREATE FUNCTION claim_skus_of_${what}() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        IF NOT EXISTS (SELECT ${unclaimed}) THEN RETURN NULL; END IF;
        PERFORM claim_catalog_items(
          array_agg(n.organization_id), array_agg(n.catalog_id), array_agg(n.sku::text), array_agg(${role}),
          array_agg(${productId}), array_agg(${variantId}), array_agg(n.updated_at)) ${unclaimed};
        IF EXISTS (SELECT ${unclaimed}) THEN
          RAISE EXCEPTION 'the sku is taken'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'whatsapp_catalog_items_retailer_idx';
        END IF;
        RETURN NULL;
      END $fn$`);
  }

  private async createCounters(db: QueryRunner): Promise<void> {
    const counted = {
      insert: 'SELECT catalog_id, 1 AS n, is_active::integer AS active FROM new_rows',
      delete: 'SELECT catalog_id, -1 AS n, -is_active::integer AS active FROM old_rows',
      update: `SELECT catalog_id, 0 AS n, is_active::integer AS active FROM new_rows
               UNION ALL SELECT catalog_id, 0, -is_active::integer FROM old_rows`,
    };
    for (const [event, rows] of Object.entries(counted)) {
      await db.query(`
        CREATE FUNCTION count_products_on_${event}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
        AS $fn$
        BEGIN
          UPDATE whatsapp_catalogs c
             SET total_products = c.total_products + d.n, active_products = c.active_products + d.active
            FROM (SELECT catalog_id, sum(n) AS n, sum(active) AS active FROM (${rows}) AS touched
                   GROUP BY catalog_id HAVING sum(n) <> 0 OR sum(active) <> 0) AS d
           WHERE c.id = d.catalog_id;
          RETURN NULL;
        END $fn$`);
      const tables = { insert: 'NEW TABLE AS new_rows', delete: 'OLD TABLE AS old_rows' }[event];
      await db.query(`
        CREATE TRIGGER whatsapp_products_count_${event} AFTER ${event} ON whatsapp_products
          REFERENCING ${tables ?? 'OLD TABLE AS old_rows NEW TABLE AS new_rows'}
          FOR EACH STATEMENT EXECUTE FUNCTION count_products_on_${event}()`);
    }
    // A product with variants is a group: the first one makes it so, the last one undoes it.
    await db.query(`
      CREATE FUNCTION group_products() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        UPDATE whatsapp_products p
           SET has_variants = true, updated_at = greatest(p.updated_at, (SELECT max(updated_at) FROM new_rows))
         WHERE p.id = ANY(ARRAY(SELECT DISTINCT product_id FROM new_rows)) AND NOT p.has_variants;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE FUNCTION ungroup_products() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        UPDATE whatsapp_products p SET has_variants = false
         WHERE p.id = ANY(ARRAY(SELECT DISTINCT product_id FROM old_rows)) AND p.has_variants
           AND NOT EXISTS (SELECT FROM whatsapp_product_variants v WHERE v.product_id = p.id OFFSET 0);
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER whatsapp_product_variants_group AFTER INSERT ON whatsapp_product_variants
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION group_products()`);
    await db.query(`
      CREATE TRIGGER whatsapp_product_variants_ungroup AFTER DELETE ON whatsapp_product_variants
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ungroup_products()`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of [
      'whatsapp_product_stats',
      'whatsapp_images',
      'product_import_errors',
      'product_imports',
      'whatsapp_sync_batches',
      'whatsapp_sync_runs',
      'stock_movements',
      'whatsapp_catalog_items',
      'whatsapp_product_variants',
      'whatsapp_products',
      'whatsapp_catalogs',
    ]) {
      await db.query(`DROP TABLE ${table}`);
    }
    await db.query(`
      DROP FUNCTION keep_stock_movements(),
        claim_catalog_items(uuid[], uuid[], text[], text[], uuid[], uuid[], timestamptz[]), claim_skus_of_products(), claim_skus_of_variants(),
        mark_changed_products(), mark_changed_variants(), mark_items_of_catalogs(),
        retire_catalog_items(uuid[], text[], timestamptz), retire_deleted(), count_products_on_insert(),
        count_products_on_delete(), count_products_on_update(), group_products(), ungroup_products()`);
  }
}
