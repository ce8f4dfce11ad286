import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask, tell } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Sender = Schemas['SenderDto'];

export const SENDERS = keys.senders;

export function useSenders(): UseQueryResult<Sender[]> {
  return useQuery({
    queryKey: [...keys.senders, 'settings'],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/api/whatsapp/senders', { signal, params: { query: { limit: 200 } } }))).data,
  });
}

export const connectSender = (body: Schemas['CreateSenderDto']): Promise<Sender> =>
  ask(api.POST('/api/whatsapp/senders', { body }));
export const changeSender = (id: string, body: Schemas['UpdateSenderDto']): Promise<Sender> =>
  ask(api.PUT('/api/whatsapp/senders/{id}', { params: { path: { id } }, body }));
export const checkSender = (id: string): Promise<Schemas['SyncedSenderDto']> =>
  ask(api.POST('/api/whatsapp/senders/{id}/sync', { params: { path: { id } } }));
export const disconnectSender = (id: string): Promise<void> =>
  tell(api.DELETE('/api/whatsapp/senders/{id}', { params: { path: { id } } }));
