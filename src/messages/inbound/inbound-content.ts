import { unstorable } from '../../platform/database/storable-text.js';
import { fit } from '../../platform/database/storable-text.js';
import type { InboundMessage, MessageContent } from '../../whatsapp/parsing/webhook-events.js';

/** Orders become money, and a later version may read what this one cannot: both are also kept as Meta wrote them. */
const KEPT_RAW: ReadonlySet<MessageContent['kind']> = new Set(['order', 'unsupported', 'unknown']);

/** What is kept of a message: enough to show it, and everything that is derived from it. */
export function inboundContent(message: InboundMessage): Record<string, unknown> {
  const { content, context, groupId, referral, errors, raw } = message;
  const kept = {
    ...content,
    ...(context?.referredProduct ? { referredProduct: context.referredProduct } : {}),
    ...(context?.forwarded === true ? { forwarded: true } : {}),
    ...(groupId === null ? {} : { groupId }),
    ...(referral === null ? {} : { referral }),
    ...(errors.length === 0 ? {} : { errors }),
    ...(KEPT_RAW.has(content.kind) ? { raw } : {}),
  };
  if (unstorable(kept) === undefined) return kept;
  const cleaned = JSON.parse(JSON.stringify(kept, (_, value: unknown) => storable(value))) as typeof kept;
  return unstorable(cleaned) === undefined ? cleaned : { kind: content.kind };
}

const storable = (value: unknown): unknown => (typeof value === 'string' ? fit(value, value.length) : value);
