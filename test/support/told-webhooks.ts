import { Database } from '../../src/platform/database/database.js';
import { APP_SECRET, signatureOf, webhook } from './signed-webhooks.js';
import type { TestApp } from './test-app.js';
import { until } from './until.js';

export interface ToldEvent {
  id: string;
  status: string;
  failure_reason: string | null;
}

/** Posts entries as Meta would, and waits until they have taken effect. */
export async function tellWebhook(app: TestApp, entry: object, secret = APP_SECRET): Promise<ToldEvent> {
  const raw = webhook(entry);
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(raw, secret) };
  // The secret of a new sender is known half a second later; Meta would retry as well.
  await until(
    () => app.api.withKey(undefined).post('/api/webhooks/whatsapp', undefined, { raw, headers }),
    ({ status }) => status === 200,
  );
  const [event] = await until(
    () =>
      app.app
        .get(Database)
        .manager.query<(ToldEvent & { mine: boolean })[]>(
          'SELECT id, status, failure_reason, body = $1 AS mine FROM webhook_events ORDER BY id DESC LIMIT 1',
          [Buffer.from(raw)],
        ),
    ([row]) => row?.mine === true && row.status !== 'received',
  );
  if (event === undefined) throw new Error('the event is gone');
  return event;
}
