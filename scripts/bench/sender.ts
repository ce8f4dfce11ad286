import type { Api } from './api.ts';
import { type Installation, PHONE_NUMBER_ID } from './installation.ts';

/** A number without a messaging limit, as far as Meta goes; the product is told as an operator would. */
export async function liftMessagingLimit(installation: Installation, api: Api): Promise<string> {
  await installation.meta(`/simulator/phone/${PHONE_NUMBER_ID}`, {
    messaging_limit: 'TIER_UNLIMITED',
    throughput: 'HIGH',
    notify: false,
  });
  const { data } = await api.get<{ data: { id: string }[] }>('/api/whatsapp/senders');
  const [sender] = data;
  if (sender === undefined) throw new Error('there is no sender');
  await api.post(`/api/whatsapp/senders/${sender.id}/sync`);
  return sender.id;
}
