import { changeOf } from './webhook-body.js';

/** One thing Meta reports. Several `statuses` may share one value; everything else stands alone. */
export interface WebhookUpdate {
  /** For the counters: sent, read, message, message_template_status_update ... */
  readonly kind: string;
  readonly field: string;
  /** The business object the entry is about. */
  readonly object: 'whatsapp_business_account' | 'catalog';
  readonly entryId: string;
  /** Unix seconds, for management fields only. */
  readonly time?: number | undefined;
  change(): string;
}

export class ValueUpdate implements WebhookUpdate {
  constructor(
    readonly kind: string,
    readonly field: string,
    readonly entryId: string,
    private readonly value: string,
    readonly time?: number,
    readonly object: WebhookUpdate['object'] = 'whatsapp_business_account',
  ) {}

  change(): string {
    return changeOf(this.field, this.value);
  }
}
