/**
 * Who owns which table. Only the owner's folder (`src/<owner>/`) writes a table; the floors above it may read it. What a
 * lower floor needs from above it reads through a view that the owner publishes.
 *
 * A second writer is an exception: it names the statement, the columns and the reason, and the law admits nothing else.
 */
export interface Table {
  owner: string;
  alsoWrittenBy?: readonly SharedWrite[];
  /** A view made for readers on floors below its owner. */
  isPublished?: true;
}

export interface SharedWrite {
  folder: string;
  verb: 'INSERT' | 'UPDATE';
  columns: readonly string[];
  reason: string;
}

const SENDING_PROGRESS: SharedWrite = {
  folder: 'sending',
  verb: 'UPDATE',
  columns: [
    'status',
    'variant',
    'wave',
    'slice_id',
    'scheduled_send_date',
    'customer_id',
    'attempts',
    'attempted_at',
    'next_attempt_at',
    'retry_count',
    'last_retry_at',
    'whatsapp_message_id',
    'sent_at',
    'delivered_at',
    'read_at',
    'responded_at',
    'clicked_at',
    'failed_at',
    'failure_reason',
    'error_code',
    'response_message',
    'updated_at',
  ],
  reason:
    'Recipients owns the rows; the engine moves them through their states. Slice, claim and outcome are one guarded ' +
    'statement each, and a detour through recipients would split them.',
};

const PLANNED_DAYS: SharedWrite = {
  folder: 'campaigns',
  verb: 'UPDATE',
  columns: ['scheduled_send_date'],
  reason:
    'The plan assigns a day to a million recipients in one statement, together with the schedule that counts them.',
};

const RECIPIENT_ZONES: SharedWrite = {
  folder: 'campaigns',
  verb: 'UPDATE',
  columns: ['zone_id'],
  reason:
    'The plan gives a million recipients their time zone in one statement, before it gives them their day.',
};

const FIRST_CONVERSION: SharedWrite = {
  folder: 'conversions',
  verb: 'UPDATE',
  columns: ['converted_at'],
  reason:
    'What is attributed decides it, in the transaction that attributes: nobody else knows when that changes.',
};

const MANUAL_RETRY: SharedWrite = {
  folder: 'campaigns',
  verb: 'UPDATE',
  columns: [
    'status',
    'scheduled_send_date',
    'slice_id',
    'next_attempt_at',
    'whatsapp_message_id',
    'sent_at',
    'delivered_at',
    'read_at',
    'failed_at',
    'failure_reason',
    'error_code',
    'retry_count',
    'last_retry_at',
    'updated_at',
  ],
  reason:
    'A retry by hand takes a recipient back to the start, under the lock of its campaign, which then plans it.',
};

export const TABLES: Readonly<Record<string, Table>> = {
  cron_ticks: { owner: 'platform' },
  dev_clock: { owner: 'platform' },
  idempotency_keys: { owner: 'platform' },

  organizations: { owner: 'access' },
  api_keys: { owner: 'access' },
  audit_log: { owner: 'access' },
  installation: { owner: 'access' },
  users: { owner: 'access' },
  memberships: { owner: 'access' },
  invitations: { owner: 'access' },
  sessions: { owner: 'access' },
  sign_in_failures: { owner: 'access' },

  domain_events: { owner: 'events' },
  custom_event_ids: { owner: 'events' },
  event_wants: { owner: 'events' },
  event_wants_version: { owner: 'events' },

  user_profiles: { owner: 'customers' },
  consent_events: { owner: 'customers' },
  suppressions: { owner: 'customers' },
  customer_imports: { owner: 'customers' },
  customer_import_errors: { owner: 'customers' },

  senders: { owner: 'senders' },
  portfolios: { owner: 'senders' },
  portfolio_reach: { owner: 'senders' },
  sender_pace: { owner: 'senders' },

  whatsapp_templates: { owner: 'templates' },
  whatsapp_template_syncs: { owner: 'templates' },
  template_events: { owner: 'templates' },

  tracked_links: { owner: 'links' },
  link_clicks: { owner: 'links' },
  link_stats: { owner: 'links' },
  campaign_buttons: { owner: 'links' },

  media_assets: { owner: 'media' },
  media_uploads: { owner: 'media' },

  rate_cards: { owner: 'rates' },
  rate_card_rows: { owner: 'rates' },
  // Counted by the trigger of migrations/1764000851000-message-costs.ts alone.
  message_cost_days: { owner: 'rates' },

  // Those of orders are written by the triggers of migrations/1764000850000-conversions.ts.
  conversions: { owner: 'conversions' },
  revenue_days: { owner: 'conversions' },

  whatsapp_messages: { owner: 'messages' },
  sent_people: { owner: 'messages', isPublished: true },
  whatsapp_conversations: { owner: 'messages' },
  message_outbox: { owner: 'messages' },

  whatsapp_catalogs: { owner: 'catalog' },
  whatsapp_products: { owner: 'catalog' },
  whatsapp_product_variants: { owner: 'catalog' },
  whatsapp_catalog_items: { owner: 'catalog' },
  stock_movements: { owner: 'catalog' },
  whatsapp_sync_runs: { owner: 'catalog' },
  whatsapp_sync_batches: { owner: 'catalog' },
  whatsapp_sync_calls: { owner: 'catalog' },
  whatsapp_sync_finds: { owner: 'catalog' },
  product_imports: { owner: 'catalog' },
  product_import_errors: { owner: 'catalog' },
  whatsapp_images: { owner: 'catalog' },
  whatsapp_product_stats: { owner: 'catalog' },

  segments: { owner: 'segments' },

  product_clicks: { owner: 'product-messages' },

  whatsapp_orders: { owner: 'orders' },
  whatsapp_order_items: { owner: 'orders' },
  whatsapp_order_history: { owner: 'orders' },
  whatsapp_order_messages: { owner: 'orders' },
  whatsapp_carts: { owner: 'orders' },
  whatsapp_cart_items: { owner: 'orders' },
  whatsapp_cart_messages: { owner: 'orders' },
  whatsapp_payments: { owner: 'orders' },
  whatsapp_refunds: { owner: 'orders' },
  whatsapp_refund_items: { owner: 'orders' },
  whatsapp_fulfillments: { owner: 'orders' },
  whatsapp_fulfillment_items: { owner: 'orders' },
  order_counters: { owner: 'orders' },
  commerce_settings: { owner: 'orders' },
  payment_accounts: { owner: 'orders' },
  payment_events: { owner: 'orders' },
  due_payment_requests: { owner: 'orders' },
  customer_order_facts: { owner: 'orders', isPublished: true },
  customer_order_item_facts: { owner: 'orders', isPublished: true },

  recipient_imports: { owner: 'recipients' },
  recipient_import_errors: { owner: 'recipients' },
  campaign_recipients: {
    owner: 'recipients',
    alsoWrittenBy: [SENDING_PROGRESS, PLANNED_DAYS, RECIPIENT_ZONES, MANUAL_RETRY, FIRST_CONVERSION],
  },
  recipient_words: { owner: 'recipients' },

  campaign_series: { owner: 'series' },
  campaign_series_occurrences: { owner: 'series' },
  series_watch: { owner: 'series' },
  series_absences: { owner: 'series' },

  marketing_campaigns: { owner: 'campaigns' },
  campaign_send_schedule: {
    owner: 'campaigns',
    alsoWrittenBy: [
      {
        folder: 'sending',
        verb: 'INSERT',
        columns: [
          'campaign_id',
          'send_date',
          'batch_number',
          'batch_size',
          'messages_remaining',
          'created_at',
          'updated_at',
        ],
        reason:
          'A day on which something is released although nothing was planned for it needs its row to count in.',
      },
      {
        folder: 'sending',
        verb: 'UPDATE',
        columns: ['messages_taken'],
        reason:
          'The slicer counts what it takes of the day under the lock of that row, so that no day exceeds its limit.',
      },
    ],
  },
  // Written by the counter triggers of migrations/ alone.
  campaign_analytics: { owner: 'campaigns' },
  campaign_timeline: { owner: 'campaigns' },
  campaign_errors: { owner: 'campaigns' },
  campaign_costs: { owner: 'campaigns' },
  customer_campaign_facts: { owner: 'campaigns', isPublished: true },
  campaign_sizes: { owner: 'campaigns', isPublished: true },
  campaign_experiments: { owner: 'campaigns' },
  campaign_variants: { owner: 'campaigns' },
  campaign_variant_counters: { owner: 'campaigns' },
  experiment_looks: { owner: 'experiments' },
  campaign_products: { owner: 'campaigns' },
  time_zones: { owner: 'campaigns' },

  campaign_slices: { owner: 'sending' },
  queued_recipients: { owner: 'sending', isPublished: true },

  webhook_events: { owner: 'webhooks' },

  webhook_endpoints: { owner: 'notifications' },
  webhook_messages: { owner: 'notifications' },
  webhook_deliveries: { owner: 'notifications' },
  notifications: { owner: 'notifications' },
};

/** Made by an early migration and dropped by a later one. */
export const GONE: readonly string[] = ['campaign_orders'];
