import type { EntityManager } from 'typeorm';
import { withOpenLedger } from '../catalog/stock/open-ledger.service.js';

/** Everything that the simulator had a hand in. */
export const CLEARED: readonly string[] = [
  ...['dev_clock', 'cron_ticks', 'idempotency_keys'],
  ...['senders', 'portfolios', 'portfolio_reach', 'sender_pace'],
  ...['whatsapp_templates', 'whatsapp_template_syncs', 'template_events', 'media_uploads'],
  ...[
    'marketing_campaigns',
    'campaign_send_schedule',
    'campaign_analytics',
    'campaign_timeline',
    'campaign_errors',
  ],
  ...['campaign_costs', 'campaign_products', 'campaign_recipients', 'recipient_words', 'campaign_slices'],
  ...['recipient_imports', 'recipient_import_errors'],
  ...['campaign_experiments', 'campaign_variants', 'campaign_variant_counters', 'experiment_looks'],
  ...['campaign_series', 'campaign_series_occurrences', 'series_watch', 'series_absences'],
  ...['tracked_links', 'link_clicks', 'link_stats', 'campaign_buttons'],
  ...['conversions', 'revenue_days', 'message_cost_days'],
  ...['whatsapp_messages', 'whatsapp_conversations', 'message_outbox', 'webhook_events', 'product_clicks'],
  ...['whatsapp_catalogs', 'whatsapp_products', 'whatsapp_product_variants', 'whatsapp_catalog_items'],
  ...[
    'stock_movements',
    'whatsapp_sync_runs',
    'whatsapp_sync_batches',
    'whatsapp_sync_calls',
    'whatsapp_sync_finds',
  ],
  ...['product_imports', 'product_import_errors', 'whatsapp_images', 'whatsapp_product_stats'],
  ...['whatsapp_orders', 'whatsapp_order_items', 'whatsapp_order_history', 'whatsapp_order_messages'],
  ...['whatsapp_carts', 'whatsapp_cart_items', 'whatsapp_cart_messages', 'order_counters'],
  ...['whatsapp_payments', 'whatsapp_refunds', 'whatsapp_refund_items', 'payment_accounts', 'payment_events'],
  ...['due_payment_requests', 'whatsapp_fulfillments', 'whatsapp_fulfillment_items'],
  ...['domain_events', 'custom_event_ids', 'webhook_messages', 'webhook_deliveries', 'notifications'],
];

/**
 * What outlives the practice: people who sign in, keys, what was set up, and the customers with their consent. An
 * opt-out from practice stays too, because nobody can tell it from a real one.
 */
export const KEPT: readonly string[] = [
  ...['migrations', 'installation', 'organizations', 'api_keys', 'audit_log'],
  ...['users', 'memberships', 'invitations', 'sessions', 'sign_in_failures'],
  ...[
    'user_profiles',
    'consent_events',
    'suppressions',
    'customer_imports',
    'customer_import_errors',
    'segments',
  ],
  ...['rate_cards', 'rate_card_rows', 'time_zones'],
  ...['media_assets', 'commerce_settings', 'event_wants', 'event_wants_version', 'webhook_endpoints'],
];

export async function hasPretended(db: EntityManager): Promise<boolean> {
  const [row] = await db.query<{ has: boolean }[]>(
    `SELECT EXISTS (SELECT FROM marketing_campaigns) OR EXISTS (SELECT FROM whatsapp_messages)
         OR EXISTS (SELECT FROM whatsapp_orders) AS has`,
  );
  return row?.has === true;
}

/** Without CASCADE: a table that is kept must not point to one that is emptied, and the server sees to it. */
export async function clearPractice(tx: EntityManager): Promise<void> {
  await withOpenLedger(tx, () => tx.query(`TRUNCATE ${CLEARED.join(', ')}`));
}
