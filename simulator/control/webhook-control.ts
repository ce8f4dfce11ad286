import { anyObject, nullable, oneOf, overlay, readInput, text } from '../input-reader.js';
import type { JsonObject } from '../json.js';
import type { SimulatorState } from '../simulator-state.js';
import { ValueUpdate } from '../webhooks/webhook-update.js';

interface FieldUpdate {
  field: string;
  value: JsonObject;
  object: 'whatsapp_business_account' | 'catalog';
  id: string | null;
}

const update = overlay<FieldUpdate>(
  { field: '', value: {}, object: 'whatsapp_business_account', id: null },
  {
    field: text,
    value: anyObject,
    object: oneOf('whatsapp_business_account', 'catalog'),
    id: nullable(text),
  },
);

/** Sends any webhook field, signed like the rest. */
export function tellField({ business, clock, outbox }: SimulatorState, given: unknown): void {
  const { field, value, object, id } = readInput(update, given, 'webhook');
  readInput(text, field, 'webhook field');
  const seconds = field === 'messages' ? undefined : Math.floor(clock.now().getTime() / 1000);
  outbox.tell(new ValueUpdate(field, field, id ?? business.wabaId, rendered(value), seconds, object));
}

/** Template ids given as text become JSON numbers, as Meta sends them, even beyond 2^53. */
function rendered(value: JsonObject): string {
  return JSON.stringify(value).replaceAll(/"message_template_id":"(\d+)"/g, '"message_template_id":$1');
}
