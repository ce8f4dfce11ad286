import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { newKey } from '../../lib/new-key.ts';
import type { components } from '../../api/schema.d.ts';

export type Campaign = components['schemas']['CampaignDto'];
export type Command = 'pause' | 'resume' | 'unschedule' | 'cancel' | 'delete';

const RUN = {
  pause: (id: string, key: string) =>
    ask(
      api.POST('/api/whatsapp/campaigns/{id}/pause', {
        params: { path: { id }, header: { 'Idempotency-Key': key } },
      }),
    ),
  resume: (id: string, key: string) =>
    ask(
      api.POST('/api/whatsapp/campaigns/{id}/resume', {
        params: { path: { id }, header: { 'Idempotency-Key': key } },
      }),
    ),
  unschedule: (id: string, key: string) =>
    ask(
      api.POST('/api/whatsapp/campaigns/{id}/unschedule', {
        params: { path: { id }, header: { 'Idempotency-Key': key } },
      }),
    ),
  cancel: (id: string, key: string) =>
    ask(
      api.POST('/api/whatsapp/campaigns/{id}/cancel', {
        params: { path: { id }, header: { 'Idempotency-Key': key } },
      }),
    ),
  delete: (id: string) => ask(api.DELETE('/api/whatsapp/campaigns/{id}', { params: { path: { id } } })),
} as const;

export interface Order {
  command: Command;
  id: string;
  /** One key for one intent: a second press changes nothing. */
  key: string;
}

export const orderOf = (command: Command, id: string): Order => ({ command, id, key: newKey() });

export function useCommand(): UseMutationResult<unknown, Error, Order> {
  const client = useQueryClient();
  return useMutation<unknown, Error, Order>({
    mutationFn: ({ command, id, key }) => RUN[command](id, key),
    onSettled: () => client.invalidateQueries({ queryKey: keys.campaigns }),
  });
}
