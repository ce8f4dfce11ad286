import { Foundation1764000000000 } from './1764000000000-foundation.js';
import { Customers1764000100000 } from './1764000100000-customers.js';
import { Campaigns1764000200000 } from './1764000200000-campaigns.js';
import { Counters1764000210000 } from './1764000210000-counters.js';
import { Orders1764000300000 } from './1764000300000-orders.js';
import { Webhooks1764000400000 } from './1764000400000-webhooks.js';
import { Messages1764000500000 } from './1764000500000-messages.js';
import { Quota1764000510000 } from './1764000510000-quota.js';
import { Sending1764000520000 } from './1764000520000-sending.js';
import { Costs1764000530000 } from './1764000530000-costs.js';
import { Facts1764000540000 } from './1764000540000-facts.js';
import { CampaignSizes1764000550000 } from './1764000550000-campaign-sizes.js';
import { VerifiedSenders1764000560000 } from './1764000560000-verified-senders.js';
import { HashKey1764000561000 } from './1764000561000-hash-key.js';
import { Plans1764000570000 } from './1764000570000-plans.js';
import { OpenSlices1764000571500 } from './1764000571500-open-slices.js';
import { HeldAndDoubted1764000572000 } from './1764000572000-held-and-doubted.js';
import { LastEvents1764000590000 } from './1764000590000-last-events.js';
import { MessageIds1764000591000 } from './1764000591000-message-ids.js';
import { DeliveredCosts1764000592000 } from './1764000592000-delivered-costs.js';
import { SentPeople1764000592500 } from './1764000592500-sent-people.js';
import { Catalog1764000600000 } from './1764000600000-catalog.js';
import { Images1764000610000 } from './1764000610000-images.js';
import { Sync1764000620000 } from './1764000620000-sync.js';
import { People1764000640000 } from './1764000640000-people.js';
import { Events1764000650000 } from './1764000650000-events.js';
import { OutgoingWebhooks1764000651000 } from './1764000651000-outgoing-webhooks.js';
import { Months1764000660000 } from './1764000660000-months.js';
import { MonthsProven1764000660100 } from './1764000660100-months-proven.js';
import { AuditByMonth1764000660200 } from './1764000660200-audit-by-month.js';
import { ReopenedEvents1764000660300 } from './1764000660300-reopened-events.js';
import { DoubtfulLooks1764000660400 } from './1764000660400-doubtful-looks.js';
import { CatalogVisibility1764000670000 } from './1764000670000-catalog-visibility.js';
import { RawVariants1764000671000 } from './1764000671000-raw-variants.js';
import { GuardedOutbox1764000680000 } from './1764000680000-guarded-outbox.js';
import { DirectReserve1764000681000 } from './1764000681000-direct-reserve.js';
import { DirectMessages1764000682000 } from './1764000682000-direct-messages.js';
import { Media1764000690000 } from './1764000690000-media.js';
import { TemplateEvents1764000691000 } from './1764000691000-template-events.js';
import { ProductMessages1764000700000 } from './1764000700000-product-messages.js';
import { OrderDesk1764000710000 } from './1764000710000-order-desk.js';
import { OrderFigures1764000711000 } from './1764000711000-order-figures.js';
import { DeletedProducts1764000712000 } from './1764000712000-deleted-products.js';
import { OutboxTurns1764000730000 } from './1764000730000-outbox-turns.js';
import { Carts1764000740000 } from './1764000740000-carts.js';
import { PaymentRequests1764000750000 } from './1764000750000-payment-requests.js';
import { Refunds1764000760000 } from './1764000760000-refunds.js';
import { CampaignDesk1764000775000 } from './1764000775000-campaign-desk.js';
import { CampaignDeskFilled1764000775100 } from './1764000775100-campaign-desk-filled.js';
import { ImportConsent1764000780000 } from './1764000780000-import-consent.js';
import { RecipientImports1764000781000 } from './1764000781000-recipient-imports.js';
import { Replies1764000782000 } from './1764000782000-replies.js';
import { CustomEventIds1764000785000 } from './1764000785000-custom-event-ids.js';
import { CallsInFlight1764000786000 } from './1764000786000-calls-in-flight.js';
import { ClaimedItems1764000790000 } from './1764000790000-claimed-items.js';
import { DuePaymentRequests1764000791000 } from './1764000791000-due-payment-requests.js';
import { PaymentsOfSenders1764000791100 } from './1764000791100-payments-of-senders.js';
import { AccountsOfPayments1764000791200 } from './1764000791200-accounts-of-payments.js';
import { RepeatedRefunds1764000792000 } from './1764000792000-repeated-refunds.js';
import { DueReminders1764000792100 } from './1764000792100-due-reminders.js';
import { OneWantEach1764000794000 } from './1764000794000-one-want-each.js';
import { Experiments1764000800000 } from './1764000800000-experiments.js';
import { VariantCounters1764000801000 } from './1764000801000-variant-counters.js';
import { Series1764000820000 } from './1764000820000-series.js';
import { RecipientZones1764000830000 } from './1764000830000-recipient-zones.js';
import { RecipientZoneIndex1764000831000 } from './1764000831000-recipients-by-zone.js';
import { Links1764000840000 } from './1764000840000-links.js';
import { Conversions1764000850000 } from './1764000850000-conversions.js';
import { MessageCosts1764000851000 } from './1764000851000-message-costs.js';
import { RateCards1764000852000 } from './1764000852000-rate-cards.js';
import { ExperimentSample1764000875000 } from './1764000875000-experiment-sample.js';

/**
 * Every migration, in order. A list and not a glob: it runs what was compiled and reviewed, not every file that
 * happens to lie in the folder.
 */
export const MIGRATIONS = [
  Foundation1764000000000,
  Customers1764000100000,
  Campaigns1764000200000,
  Counters1764000210000,
  Orders1764000300000,
  Webhooks1764000400000,
  Messages1764000500000,
  Quota1764000510000,
  Sending1764000520000,
  Costs1764000530000,
  Facts1764000540000,
  CampaignSizes1764000550000,
  VerifiedSenders1764000560000,
  HashKey1764000561000,
  Plans1764000570000,
  OpenSlices1764000571500,
  HeldAndDoubted1764000572000,
  LastEvents1764000590000,
  MessageIds1764000591000,
  DeliveredCosts1764000592000,
  SentPeople1764000592500,
  Catalog1764000600000,
  Images1764000610000,
  Sync1764000620000,
  People1764000640000,
  Events1764000650000,
  OutgoingWebhooks1764000651000,
  Months1764000660000,
  MonthsProven1764000660100,
  AuditByMonth1764000660200,
  ReopenedEvents1764000660300,
  DoubtfulLooks1764000660400,
  CatalogVisibility1764000670000,
  RawVariants1764000671000,
  GuardedOutbox1764000680000,
  DirectReserve1764000681000,
  DirectMessages1764000682000,
  Media1764000690000,
  TemplateEvents1764000691000,
  ProductMessages1764000700000,
  OrderDesk1764000710000,
  OrderFigures1764000711000,
  DeletedProducts1764000712000,
  OutboxTurns1764000730000,
  Carts1764000740000,
  PaymentRequests1764000750000,
  Refunds1764000760000,
  CampaignDesk1764000775000,
  CampaignDeskFilled1764000775100,
  ImportConsent1764000780000,
  RecipientImports1764000781000,
  Replies1764000782000,
  CustomEventIds1764000785000,
  CallsInFlight1764000786000,
  ClaimedItems1764000790000,
  DuePaymentRequests1764000791000,
  PaymentsOfSenders1764000791100,
  AccountsOfPayments1764000791200,
  RepeatedRefunds1764000792000,
  DueReminders1764000792100,
  OneWantEach1764000794000,
  Experiments1764000800000,
  VariantCounters1764000801000,
  Series1764000820000,
  RecipientZones1764000830000,
  RecipientZoneIndex1764000831000,
  Links1764000840000,
  Conversions1764000850000,
  MessageCosts1764000851000,
  RateCards1764000852000,
  ExperimentSample1764000875000,
];
