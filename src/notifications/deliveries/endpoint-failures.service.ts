import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WebhookEndpoints } from '../endpoints/webhook-endpoints.service.js';
import { Notices } from '../notices/notices.service.js';
import { type ClaimedDelivery, noteFailure } from './claims.queries.js';
import { hasFailedTooLong } from './retry-schedule.js';
import type { CallResult } from './webhook-call.client.js';

const GONE = 410;
// What their columns hold.
const LONGEST_REASON = 500;
const LONGEST_HOST = 255;

/** Gives up on an endpoint that says that it is gone, or that has failed for days, and tells people. */
@Injectable()
export class EndpointFailures {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly notices: Notices,
  ) {}

  async note(
    tx: EntityManager,
    { organizationId, endpointId, url }: ClaimedDelivery,
    { status, error }: CallResult,
    now: Date,
  ): Promise<void> {
    const since = await noteFailure(tx, endpointId, now);
    if (since === undefined) return;
    const reason = reasonToDisable(status, error, since, now);
    if (reason === undefined) return;
    const about = { organizationId, id: endpointId };
    if (!(await this.endpoints.disable(tx, about, reason.slice(0, LONGEST_REASON)))) return;
    await this.notices.tell(tx, [
      {
        organizationId,
        kind: 'webhook_endpoint_disabled',
        text: `Nothing more is sent to ${new URL(url).host.slice(0, LONGEST_HOST)}: ${reason.slice(0, LONGEST_REASON)} Enable the endpoint when it is repaired.`,
        objectKind: 'webhook_endpoint',
        objectId: endpointId,
      },
    ]);
  }
}

function reasonToDisable(
  status: number | null,
  error: string | null,
  since: Date,
  now: Date,
): string | undefined {
  if (status === GONE) return 'It answered 410 Gone.';
  if (hasFailedTooLong(since, now))
    return `Every attempt has failed for 5 days, the last one: ${error ?? ''}`;
  return undefined;
}
