import type { MessageReport } from '../../messages/log/message-progress.js';
import type { DeliveryReport } from '../../sending/outcomes/delivery-report.js';
import { type GraphError, parseWebhookError } from '../../whatsapp/errors/graph-error.js';
import type { StatusEvent } from '../../whatsapp/parsing/webhook-events.js';

/** Meta may fail a message without giving an error. */
function errorOf({ status, errors }: StatusEvent): GraphError | null {
  return status === 'failed' ? (errors[0] ?? parseWebhookError(null)) : null;
}

function pricingOf({ pricing }: StatusEvent): DeliveryReport['pricing'] {
  if (pricing === null) return null;
  const { category, type, billable } = pricing;
  return { category, type, billable };
}

export function deliveryReportOf(
  event: StatusEvent,
  attempt: { recipientId: string; attempt: number | null },
  now: Date,
): DeliveryReport {
  const { status: kind, wamid } = event;
  const what = { error: errorOf(event), pricing: pricingOf(event), reply: null };
  return { ...attempt, kind, at: event.at ?? now, wamid, ...what };
}

/** For a message that belongs to no campaign. */
export function messageReportOf(event: StatusEvent, messageId: string, now: Date): MessageReport {
  const status = event.status === 'played' ? 'read' : event.status;
  const what = { wamid: event.wamid, error: errorOf(event), pricing: pricingOf(event) };
  return { message: { messageId }, status, at: event.at ?? now, ...what };
}
