import type { MigrationInterface, QueryRunner } from 'typeorm';

const MONEY = ['subtotal', 'tax', 'discount', 'shipping_fee', 'total', 'paid_amount'];

/**
 * Orders: what a customer sends becomes a cart and an order, which the shop confirms, gets paid for and delivers. The
 * two order tables were empty unless an installation wrote them by SQL; existing rows stay.
 */
export class OrderDesk1764000710000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await this.widenOrders(db);
    await this.widenItems(db);
    await this.createCarts(db);
    await this.createHistory(db);
    await this.createPayments(db);
    await this.createFulfillments(db);
    await this.createSettings(db);
  }

  private async widenOrders(db: QueryRunner): Promise<void> {
    // Columns that a view reads cannot change their type.
    await db.query(`DROP VIEW customer_order_item_facts`);
    await db.query(`DROP VIEW customer_order_facts`);
    await db.query(`
      ALTER TABLE whatsapp_orders
        ${MONEY.map((column) => `ALTER COLUMN ${column} TYPE numeric(15, 2)`).join(', ')},
        ALTER COLUMN payment_status TYPE varchar(20),
        ALTER COLUMN phone_number DROP NOT NULL,
        ADD COLUMN catalog_id uuid,
        ADD COLUMN meta_catalog_id varchar(64),
        ADD COLUMN sender_id uuid,
        ADD COLUMN source varchar(10) NOT NULL DEFAULT 'api',
        ADD COLUMN source_message_id text,
        ADD COLUMN whatsapp_user_id varchar(160),
        ADD COLUMN prices_include_tax boolean NOT NULL DEFAULT true,
        ADD COLUMN refunded_amount numeric(15, 2) NOT NULL DEFAULT 0,
        ADD COLUMN flags text[] NOT NULL DEFAULT '{}',
        ADD COLUMN flag_details jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN needs_review boolean NOT NULL DEFAULT false,
        ADD COLUMN campaign_id uuid,
        ADD COLUMN recipient_id uuid,
        ADD COLUMN attribution varchar(10),
        ADD COLUMN reserved_until timestamptz,
        ADD COLUMN last_payment_attempt integer NOT NULL DEFAULT 0,
        ADD COLUMN carrier varchar(200),
        ADD COLUMN tracking_url varchar(2000),
        ADD COLUMN placed_on date NOT NULL DEFAULT CURRENT_DATE`);
    await db.query(`
      UPDATE whatsapp_orders
         SET placed_on = created_at::date,
             prices_include_tax = NOT (tax <> 0 AND total = subtotal + shipping_fee - discount + tax)`);
    // Rows from before may add up differently. They stay; every new one and every change is checked.
    await db.query(`
      ALTER TABLE whatsapp_orders
        ADD CONSTRAINT whatsapp_orders_total_check CHECK
          (total = subtotal + shipping_fee - discount + CASE WHEN prices_include_tax THEN 0 ELSE tax END
           AND subtotal >= 0 AND tax >= 0 AND shipping_fee >= 0 AND discount BETWEEN 0 AND subtotal) NOT VALID,
        ADD CONSTRAINT whatsapp_orders_refunded_check CHECK (refunded_amount BETWEEN 0 AND paid_amount) NOT VALID,
        ADD CONSTRAINT whatsapp_orders_source_check CHECK (source IN ('message', 'api')),
        ADD CONSTRAINT whatsapp_orders_payment_check CHECK
          (payment_status IN ('unpaid', 'partial', 'paid', 'partially_refunded', 'refunded')) NOT VALID,
        ADD CONSTRAINT whatsapp_orders_fulfillment_check CHECK
          (fulfillment_status IN ('unfulfilled', 'partially_fulfilled', 'fulfilled')) NOT VALID`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_orders_message_idx ON whatsapp_orders (organization_id, source_message_id)
        WHERE source_message_id IS NOT NULL`);
    for (const column of ['status', 'payment_status', 'fulfillment_status', 'catalog_id', 'phone_number']) {
      await db.query(`
        CREATE INDEX whatsapp_orders_${column}_idx ON whatsapp_orders (organization_id, ${column}, id)`);
    }
    await db.query(`CREATE INDEX whatsapp_orders_list_idx ON whatsapp_orders (organization_id, id)`);
    await db.query(`
      CREATE INDEX whatsapp_orders_flagged_idx ON whatsapp_orders (organization_id, id) WHERE flags <> '{}'`);
    await db.query(`
      CREATE INDEX whatsapp_orders_campaign_idx ON whatsapp_orders (campaign_id, recipient_id)
        WHERE campaign_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX whatsapp_orders_reserved_idx ON whatsapp_orders (reserved_until)
        WHERE reserved_until IS NOT NULL`);
    await this.createViews(db);
  }

  private async createViews(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE VIEW customer_order_facts AS
      SELECT o.organization_id, o.customer_id, o.phone_number, o.id AS order_id, o.total, o.created_at AS placed_at
        FROM whatsapp_orders o WHERE o.status NOT IN ('cancelled', 'refunded')`);
    await db.query(`
      CREATE VIEW customer_order_item_facts AS
      SELECT o.organization_id, o.customer_id, o.phone_number, o.id AS order_id, o.created_at AS placed_at,
             i.product_id, i.product_sku, i.product_name
        FROM whatsapp_orders o JOIN whatsapp_order_items i ON i.order_id = o.id
       WHERE o.status NOT IN ('cancelled', 'refunded')`);
  }

  private async widenItems(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE whatsapp_order_items
        ALTER COLUMN total_price TYPE numeric(15, 2),
        ADD COLUMN line_no integer NOT NULL DEFAULT 1,
        ADD COLUMN organization_id uuid,
        ADD COLUMN retailer_id varchar(200),
        ADD COLUMN list_price numeric(12, 2),
        ADD COLUMN shown_price numeric(12, 2),
        ADD COLUMN price_source varchar(8) NOT NULL DEFAULT 'manual',
        ADD COLUMN tax_percent numeric(5, 2) NOT NULL DEFAULT 0,
        ADD COLUMN tax numeric(15, 2) NOT NULL DEFAULT 0,
        ADD COLUMN reserved_quantity integer NOT NULL DEFAULT 0,
        ADD COLUMN cancelled_quantity integer NOT NULL DEFAULT 0,
        ADD COLUMN returned_quantity integer NOT NULL DEFAULT 0,
        ADD COLUMN refunded_amount numeric(15, 2) NOT NULL DEFAULT 0,
        ADD COLUMN problems text[] NOT NULL DEFAULT '{}',
        DROP CONSTRAINT whatsapp_order_items_quantity_check`);
    await db.query(`
      UPDATE whatsapp_order_items i
         SET organization_id = o.organization_id, line_no = n.line_no
        FROM whatsapp_orders o,
             (SELECT id, row_number() OVER (PARTITION BY order_id ORDER BY id) AS line_no FROM whatsapp_order_items) n
       WHERE o.id = i.order_id AND n.id = i.id`);
    // A line written by SQL belongs to the organization of its order.
    await db.query(`
      CREATE FUNCTION own_order_item() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        SELECT organization_id INTO NEW.organization_id FROM whatsapp_orders WHERE id = NEW.order_id;
        RETURN NEW;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER whatsapp_order_items_own BEFORE INSERT ON whatsapp_order_items
        FOR EACH ROW WHEN (NEW.organization_id IS NULL) EXECUTE FUNCTION own_order_item()`);
    await db.query(`
      ALTER TABLE whatsapp_order_items
        ALTER COLUMN organization_id SET NOT NULL,
        ADD CONSTRAINT whatsapp_order_items_quantity_check CHECK
          (quantity >= 0 AND fulfilled_quantity >= 0 AND cancelled_quantity >= 0 AND reserved_quantity >= 0
           AND fulfilled_quantity + cancelled_quantity <= quantity
           AND reserved_quantity + fulfilled_quantity + cancelled_quantity <= quantity
           AND returned_quantity BETWEEN 0 AND fulfilled_quantity),
        ADD CONSTRAINT whatsapp_order_items_money_check CHECK
          (unit_price >= 0 AND total_price >= 0 AND tax >= 0 AND refunded_amount >= 0) NOT VALID,
        ADD CONSTRAINT whatsapp_order_items_source_check CHECK
          (price_source IN ('price', 'sale', 'shown', 'manual'))`);
    await db.query(`
      CREATE INDEX whatsapp_order_items_variant_idx ON whatsapp_order_items (variant_id)
        WHERE variant_id IS NOT NULL`);
  }

  private async createCarts(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_carts (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        catalog_id uuid,
        sender_id uuid,
        source varchar(10) NOT NULL,
        source_message_id text,
        phone_number varchar(16),
        whatsapp_user_id varchar(160),
        customer_id uuid,
        status varchar(12) NOT NULL DEFAULT 'active',
        currency varchar(3) NOT NULL,
        subtotal numeric(15, 2) NOT NULL DEFAULT 0,
        tax numeric(15, 2) NOT NULL DEFAULT 0,
        discount numeric(15, 2) NOT NULL DEFAULT 0,
        total numeric(15, 2) NOT NULL DEFAULT 0,
        notes text,
        checkout_at timestamptz,
        abandoned_at timestamptz,
        converted_at timestamptz,
        expires_at timestamptz,
        last_activity_at timestamptz NOT NULL,
        reminders_sent smallint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_carts_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_carts_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT whatsapp_carts_status_check CHECK
          (status IN ('active', 'checkout', 'converted', 'abandoned', 'expired')),
        CONSTRAINT whatsapp_carts_source_check CHECK (source IN ('message', 'api')),
        CONSTRAINT whatsapp_carts_person_check CHECK (phone_number IS NOT NULL OR whatsapp_user_id IS NOT NULL)
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_carts_message_idx ON whatsapp_carts (organization_id, source_message_id)
        WHERE source_message_id IS NOT NULL`);
    await db.query(`CREATE INDEX whatsapp_carts_list_idx ON whatsapp_carts (organization_id, id)`);
    for (const column of ['phone_number', 'customer_id']) {
      await db.query(`
        CREATE INDEX whatsapp_carts_${column}_idx ON whatsapp_carts (organization_id, ${column}, id)`);
    }
    await db.query(`
      CREATE INDEX whatsapp_carts_idle_idx ON whatsapp_carts (last_activity_at)
        WHERE status IN ('active', 'checkout', 'abandoned')`);
    await db.query(`
      CREATE TABLE whatsapp_cart_items (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        cart_id uuid NOT NULL,
        line_no integer NOT NULL,
        product_id uuid,
        variant_id uuid,
        retailer_id varchar(200) NOT NULL,
        product_name varchar(300) NOT NULL,
        quantity integer NOT NULL,
        unit_price numeric(12, 2) NOT NULL,
        shown_price numeric(12, 2),
        total_price numeric(15, 2) NOT NULL,
        notes text,
        custom_fields jsonb,
        problems text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_cart_items_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_cart_items_cart_fkey FOREIGN KEY (cart_id)
          REFERENCES whatsapp_carts (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_cart_items_quantity_check CHECK (quantity >= 0)
      )`);
    await db.query(`CREATE INDEX whatsapp_cart_items_cart_idx ON whatsapp_cart_items (cart_id, line_no)`);
    await db.query(`CREATE INDEX whatsapp_cart_items_product_idx ON whatsapp_cart_items (product_id)`);
  }

  private async createHistory(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_order_history (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        order_id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor varchar(10) NOT NULL,
        key_id uuid,
        user_id uuid,
        kind varchar(20) NOT NULL,
        from_value varchar(40),
        to_value varchar(40),
        reason varchar(500),
        data jsonb NOT NULL DEFAULT '{}',
        CONSTRAINT whatsapp_order_history_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_order_history_order_fkey FOREIGN KEY (order_id)
          REFERENCES whatsapp_orders (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_order_history_actor_check CHECK (actor IN ('key', 'user', 'system', 'customer'))
      )`);
    await db.query(`CREATE INDEX whatsapp_order_history_order_idx ON whatsapp_order_history (order_id, id)`);
    // The message itself is a row of the outbox. Without a key none was written, and the reason says why.
    await db.query(`
      CREATE TABLE whatsapp_order_messages (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        order_id uuid NOT NULL,
        event varchar(20) NOT NULL,
        dedupe_key text NOT NULL,
        not_sent_reason varchar(40),
        at timestamptz NOT NULL,
        CONSTRAINT whatsapp_order_messages_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_order_messages_order_fkey FOREIGN KEY (order_id)
          REFERENCES whatsapp_orders (id) ON DELETE CASCADE
      )`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_order_messages_key_idx ON whatsapp_order_messages (organization_id, dedupe_key)`);
    await db.query(
      `CREATE INDEX whatsapp_order_messages_order_idx ON whatsapp_order_messages (order_id, id)`,
    );
  }

  private async createPayments(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE payment_accounts (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        provider varchar(12) NOT NULL,
        name varchar(200) NOT NULL,
        sender_id uuid,
        configuration_name varchar(100),
        gateway varchar(12),
        key_id varchar(200),
        key_secret_encrypted text,
        webhook_secret_encrypted text,
        previous_webhook_secret_encrypted text,
        previous_webhook_secret_until timestamptz,
        merchant_key varchar(200),
        salt_encrypted text,
        vpa varchar(200),
        is_default boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT payment_accounts_pkey PRIMARY KEY (id),
        CONSTRAINT payment_accounts_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT payment_accounts_provider_check CHECK (provider IN ('whatsapp', 'razorpay', 'payu', 'upi'))
      )`);
    await db.query(`CREATE INDEX payment_accounts_list_idx ON payment_accounts (organization_id, id)`);
    await db.query(`
      CREATE UNIQUE INDEX payment_accounts_default_idx ON payment_accounts (organization_id) WHERE is_default`);
    await db.query(`
      CREATE TABLE payment_events (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        account_id uuid NOT NULL,
        event_id varchar(200) NOT NULL,
        body bytea NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'received',
        received_at timestamptz NOT NULL,
        processed_at timestamptz,
        CONSTRAINT payment_events_pkey PRIMARY KEY (id),
        CONSTRAINT payment_events_account_fkey FOREIGN KEY (account_id)
          REFERENCES payment_accounts (id) ON DELETE CASCADE,
        CONSTRAINT payment_events_state_check CHECK (state IN ('received', 'processed', 'failed'))
      )`);
    await db.query(`CREATE UNIQUE INDEX payment_events_once_idx ON payment_events (account_id, event_id)`);
    await db.query(`CREATE INDEX payment_events_age_idx ON payment_events (received_at)`);
    await db.query(`
      CREATE TABLE whatsapp_payments (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        order_id uuid NOT NULL,
        account_id uuid,
        provider varchar(12) NOT NULL,
        method varchar(20) NOT NULL,
        attempt integer NOT NULL,
        reference varchar(100),
        state varchar(10) NOT NULL,
        amount numeric(15, 2) NOT NULL,
        currency varchar(3) NOT NULL,
        captured_amount numeric(15, 2) NOT NULL DEFAULT 0,
        captured_at timestamptz,
        gateway_id varchar(100),
        transaction_id varchar(100),
        url varchar(2000),
        expires_at timestamptz,
        next_lookup_at timestamptz,
        lookups integer NOT NULL DEFAULT 0,
        error jsonb,
        message_id uuid,
        note varchar(1000),
        key_id uuid,
        user_id uuid,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_payments_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_payments_order_fkey FOREIGN KEY (order_id)
          REFERENCES whatsapp_orders (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_payments_account_fkey FOREIGN KEY (account_id)
          REFERENCES payment_accounts (id) ON DELETE SET NULL,
        CONSTRAINT whatsapp_payments_state_check CHECK
          (state IN ('created', 'requested', 'pending', 'captured', 'failed', 'expired', 'cancelled')),
        CONSTRAINT whatsapp_payments_amount_check CHECK (amount > 0 AND captured_amount >= 0)
      )`);
    // One bank transfer may pay two orders, and the same one cannot pay an order twice.
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_payments_manual_idx ON whatsapp_payments (order_id, method, reference)
        WHERE provider = 'manual' AND reference IS NOT NULL`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_payments_reference_idx ON whatsapp_payments (organization_id, provider, reference)
        WHERE provider <> 'manual' AND reference IS NOT NULL`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_payments_attempt_idx ON whatsapp_payments (order_id, attempt)`);
    await db.query(`
      CREATE UNIQUE INDEX whatsapp_payments_open_idx ON whatsapp_payments (order_id)
        WHERE state IN ('created', 'requested', 'pending')`);
    await db.query(`
      CREATE INDEX whatsapp_payments_lookup_idx ON whatsapp_payments (next_lookup_at)
        WHERE next_lookup_at IS NOT NULL`);
    await db.query(`
      CREATE TABLE whatsapp_refunds (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        order_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        state varchar(10) NOT NULL,
        amount numeric(15, 2) NOT NULL,
        reason varchar(500),
        gateway_id varchar(100),
        restock boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_refunds_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_refunds_order_fkey FOREIGN KEY (order_id)
          REFERENCES whatsapp_orders (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_refunds_payment_fkey FOREIGN KEY (payment_id)
          REFERENCES whatsapp_payments (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_refunds_state_check CHECK
          (state IN ('requested', 'pending', 'succeeded', 'failed', 'unknown')),
        CONSTRAINT whatsapp_refunds_amount_check CHECK (amount > 0)
      )`);
    await db.query(`CREATE INDEX whatsapp_refunds_order_idx ON whatsapp_refunds (order_id, id)`);
    await db.query(`CREATE INDEX whatsapp_refunds_payment_idx ON whatsapp_refunds (payment_id)`);
    await db.query(`
      CREATE TABLE whatsapp_refund_items (
        refund_id uuid NOT NULL,
        item_id uuid NOT NULL,
        quantity integer NOT NULL,
        amount numeric(15, 2) NOT NULL,
        CONSTRAINT whatsapp_refund_items_pkey PRIMARY KEY (refund_id, item_id),
        CONSTRAINT whatsapp_refund_items_refund_fkey FOREIGN KEY (refund_id)
          REFERENCES whatsapp_refunds (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_refund_items_quantity_check CHECK (quantity > 0)
      )`);
  }

  private async createFulfillments(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_fulfillments (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        order_id uuid NOT NULL,
        tracking_number varchar(200),
        carrier varchar(200),
        tracking_url varchar(2000),
        at timestamptz NOT NULL,
        key_id uuid,
        user_id uuid,
        CONSTRAINT whatsapp_fulfillments_pkey PRIMARY KEY (id),
        CONSTRAINT whatsapp_fulfillments_order_fkey FOREIGN KEY (order_id)
          REFERENCES whatsapp_orders (id) ON DELETE CASCADE
      )`);
    await db.query(`CREATE INDEX whatsapp_fulfillments_order_idx ON whatsapp_fulfillments (order_id, id)`);
    await db.query(`
      CREATE TABLE whatsapp_fulfillment_items (
        fulfillment_id uuid NOT NULL,
        item_id uuid NOT NULL,
        quantity integer NOT NULL,
        CONSTRAINT whatsapp_fulfillment_items_pkey PRIMARY KEY (fulfillment_id, item_id),
        CONSTRAINT whatsapp_fulfillment_items_fulfillment_fkey FOREIGN KEY (fulfillment_id)
          REFERENCES whatsapp_fulfillments (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_fulfillment_items_quantity_check CHECK (quantity > 0)
      )`);
  }

  private async createSettings(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE order_counters (
        organization_id uuid NOT NULL,
        year integer NOT NULL,
        last bigint NOT NULL,
        CONSTRAINT order_counters_pkey PRIMARY KEY (organization_id, year),
        CONSTRAINT order_counters_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
    await db.query(`
      CREATE TABLE commerce_settings (
        organization_id uuid NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT commerce_settings_pkey PRIMARY KEY (organization_id),
        CONSTRAINT commerce_settings_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of [
      'commerce_settings',
      'order_counters',
      'whatsapp_fulfillment_items',
      'whatsapp_fulfillments',
      'whatsapp_refund_items',
      'whatsapp_refunds',
      'whatsapp_payments',
      'payment_events',
      'payment_accounts',
      'whatsapp_order_messages',
      'whatsapp_order_history',
      'whatsapp_cart_items',
      'whatsapp_carts',
    ]) {
      await db.query(`DROP TABLE ${table}`);
    }
    await db.query(`DROP VIEW customer_order_item_facts`);
    await db.query(`DROP VIEW customer_order_facts`);
    await db.query(`DROP TRIGGER whatsapp_order_items_own ON whatsapp_order_items`);
    await db.query(`DROP FUNCTION own_order_item()`);
    await db.query(`DELETE FROM whatsapp_order_items WHERE quantity = 0`);
    await db.query(`
      ALTER TABLE whatsapp_order_items
        DROP CONSTRAINT whatsapp_order_items_source_check, DROP CONSTRAINT whatsapp_order_items_money_check,
        DROP CONSTRAINT whatsapp_order_items_quantity_check,
        DROP COLUMN line_no, DROP COLUMN organization_id, DROP COLUMN retailer_id, DROP COLUMN list_price,
        DROP COLUMN shown_price, DROP COLUMN price_source, DROP COLUMN tax_percent, DROP COLUMN tax,
        DROP COLUMN reserved_quantity, DROP COLUMN cancelled_quantity, DROP COLUMN returned_quantity,
        DROP COLUMN refunded_amount, DROP COLUMN problems,
        ADD CONSTRAINT whatsapp_order_items_quantity_check CHECK
          (quantity > 0 AND fulfilled_quantity BETWEEN 0 AND quantity)`);
    await db.query(`DROP INDEX whatsapp_order_items_variant_idx`);
    for (const index of [
      'list',
      'message',
      'status',
      'payment_status',
      'fulfillment_status',
      'catalog_id',
      'phone_number',
      'flagged',
      'campaign',
      'reserved',
    ]) {
      await db.query(`DROP INDEX IF EXISTS whatsapp_orders_${index}_idx`);
    }
    // What only the wider columns can hold goes: a number is needed, and money has ten digits before the point.
    await db.query(`DELETE FROM whatsapp_orders WHERE phone_number IS NULL OR total >= 10000000000`);
    await db.query(`
      ALTER TABLE whatsapp_orders
        DROP CONSTRAINT whatsapp_orders_total_check, DROP CONSTRAINT whatsapp_orders_refunded_check,
        DROP CONSTRAINT whatsapp_orders_source_check, DROP CONSTRAINT whatsapp_orders_payment_check,
        DROP CONSTRAINT whatsapp_orders_fulfillment_check,
        DROP COLUMN catalog_id, DROP COLUMN meta_catalog_id, DROP COLUMN sender_id, DROP COLUMN source,
        DROP COLUMN source_message_id, DROP COLUMN whatsapp_user_id, DROP COLUMN prices_include_tax,
        DROP COLUMN refunded_amount, DROP COLUMN flags, DROP COLUMN flag_details, DROP COLUMN needs_review,
        DROP COLUMN campaign_id, DROP COLUMN recipient_id, DROP COLUMN attribution, DROP COLUMN reserved_until,
        DROP COLUMN last_payment_attempt, DROP COLUMN carrier, DROP COLUMN tracking_url, DROP COLUMN placed_on,
        ALTER COLUMN phone_number SET NOT NULL,
        ALTER COLUMN payment_status TYPE varchar(12) USING left(payment_status, 12),
        ${MONEY.map((column) => `ALTER COLUMN ${column} TYPE numeric(12, 2)`).join(', ')}`);
    await db.query(`ALTER TABLE whatsapp_order_items ALTER COLUMN total_price TYPE numeric(12, 2)`);
    await this.createViews(db);
  }
}
