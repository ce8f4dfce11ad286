import type { Clock } from '../src/platform/clock/clock.js';
import { Business, Businesses } from './business.js';
import { CatalogFaults } from './catalog/catalog-faults.js';
import { Catalogs } from './catalog/catalogs.js';
import { ItemBatches } from './catalog/item-batches.js';
import { pickOrder } from './catalog/pick-order.js';
import { Customers } from './customers/customers.js';
import { InboundMessages } from './customers/inbound-messages.js';
import { MediaShelf } from './media/media-shelf.js';
import { MessageLife } from './messages/message-life.js';
import { MessageLog } from './messages/message-log.js';
import { MessageCheck } from './messages/message-request.js';
import { RateMeter } from './messages/rate-meter.js';
import { RefusalCount } from './messages/refusal-count.js';
import { SendDesk } from './messages/send-desk.js';
import { SendLimits } from './messages/send-limits.js';
import { Wamids } from './messages/wamid.js';
import { GatewayHooks } from './payments/gateway-hooks.js';
import { PaymentBook } from './payments/payment-book.js';
import { ScenarioBook } from './scenario/scenario-book.js';
import { CALM_DAY } from './scenario/scenario.js';
import type { SimulatorOptions } from './simulator-options.js';
import { TemplateLimits } from './templates/template-limits.js';
import { TemplateReview } from './templates/template-review.js';
import { TemplateShelf } from './templates/template-shelf.js';
import { Timeline } from './timeline.js';
import { WebhookOutbox } from './webhooks/webhook-outbox.js';
import { WebhookPost } from './webhooks/webhook-post.client.js';

/** Everything the simulated Meta knows and does, wired together once. */
export class SimulatorState {
  /** The one whose app this simulator's webhooks are for. */
  readonly business: Business;
  readonly businesses: Businesses;
  readonly book: ScenarioBook;
  readonly timeline = new Timeline();
  readonly post = new WebhookPost();
  readonly outbox: WebhookOutbox;
  readonly media: MediaShelf;
  readonly templates = new TemplateShelf();
  readonly templateLimits: TemplateLimits;
  readonly review: TemplateReview;
  readonly catalogs = new Catalogs();
  readonly faults: CatalogFaults;
  readonly batches: ItemBatches;
  readonly customers: Customers;
  readonly inbound: InboundMessages;
  readonly log: MessageLog;
  readonly life: MessageLife;
  readonly limits: SendLimits;
  readonly desk: SendDesk;
  readonly refusals = new RefusalCount();
  readonly meter = new RateMeter();
  readonly payments = new PaymentBook();
  readonly hooks: GatewayHooks;

  constructor(
    readonly options: SimulatorOptions,
    readonly clock: Clock,
  ) {
    const wamids = new Wamids();
    this.media = new MediaShelf(clock);
    this.hooks = new GatewayHooks(this.post);
    this.templateLimits = new TemplateLimits(clock);
    this.business = new Business(options);
    this.businesses = new Businesses(this.business);
    this.book = new ScenarioBook({ ...CALM_DAY, webhookUrl: options.webhookUrl ?? null });
    this.outbox = new WebhookOutbox(this.book, this.post, options.appSecret);
    this.review = new TemplateReview(options.wabaId, clock, this.book, this.timeline, this.outbox);
    this.faults = new CatalogFaults(this.book);
    this.batches = new ItemBatches(this.catalogs, clock, this.book, this.timeline, this.outbox, this.faults);
    this.customers = new Customers(clock);
    this.inbound = new InboundMessages(options.wabaId, clock, wamids, this.customers, this.outbox);
    this.log = new MessageLog(wamids, options.keepMessages, options.keepBodies);
    this.life = new MessageLife(clock, this.log, this.outbox, this.inbound, (dice) =>
      pickOrder(this.catalogs, dice),
    );
    this.limits = new SendLimits(clock, this.business);
    const check = new MessageCheck(
      this.templates,
      (catalogId, retailerId) => this.catalogs.sells(catalogId, retailerId),
      this.media,
      this.payments,
    );
    this.desk = new SendDesk(
      clock,
      this.book,
      check,
      this.limits,
      this.customers,
      this.log,
      wamids,
      this.life,
    );
  }

  /** Resets everything sent or received; scenario, templates and catalogs stay. */
  forgetMessages(): void {
    this.life.clear();
    this.outbox.forget();
    this.log.clear();
    this.desk.clear();
    this.limits.clear();
    this.refusals.clear();
    this.payments.clear();
    this.customers.clear();
  }

  async close(): Promise<void> {
    this.timeline.clear();
    this.life.clear();
    await this.outbox.close();
  }
}
