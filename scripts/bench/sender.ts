import type { Api } from './api.ts';
import { type Installation, PHONE_NUMBER_ID } from './installation.ts';

/** The number without a messaging limit and at a rate of its own, whatever Meta's tiers say. */
export async function sendAtRate(installation: Installation, api: Api, perSecond: number): Promise<void> {
  const senderId = await liftMessagingLimit(installation, api);
  await installation.client.query(
    'UPDATE senders SET throughput_per_second = $2, throughput_is_manual = true WHERE id = $1',
    [senderId, perSecond],
  );
}

/** Removes the messaging limit on Meta's side, and sets the product's as an operator would. */
export function liftMessagingLimit(installation: Installation, api: Api): Promise<string> {
  return setMessagingLimit(installation, api, 'TIER_UNLIMITED');
}

/** The campaigns of a number with a limit share it, so each plan takes the others into account. */
export async function setMessagingLimit(
  installation: Installation,
  api: Api,
  tier: 'TIER_UNLIMITED' | 'TIER_100K',
): Promise<string> {
  await installation.meta(`/simulator/phone/${PHONE_NUMBER_ID}`, {
    messaging_limit: tier,
    throughput: 'HIGH',
    notify: false,
  });
  const { data } = await api.get<{ data: { id: string }[] }>('/api/whatsapp/senders');
  const [sender] = data;
  if (sender === undefined) throw new Error('no sender found');
  await api.post(`/api/whatsapp/senders/${sender.id}/sync`);
  return sender.id;
}
