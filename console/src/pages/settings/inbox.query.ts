import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type InboxEntry = Schemas['WebhookEventDto'];
export type InboxEntryWithPayload = Schemas['WebhookEventWithPayloadDto'];

const ENTRIES = 50;
export const INBOX = keys.settings('inbox');

export function useInbox({
  status,
  cursor,
  from,
}: {
  status: string;
  cursor: string;
  from: number;
}): UseQueryResult<Schemas['WebhookEventPageDto'] & { from: number }> {
  return useQuery({
    queryKey: keys.settings('inbox', 'list', { status, cursor, from }),
    queryFn: async ({ signal }) => {
      const query = {
        limit: ENTRIES,
        ...(status === 'all' ? {} : { status: status as InboxEntry['status'] }),
        ...(cursor === '' ? {} : { cursor }),
      };
      return { ...(await ask(api.GET('/api/webhook-events', { signal, params: { query } }))), from };
    },
    placeholderData: keepPreviousData,
  });
}

/** Each look is written down by the API, so it is not read again by itself. */
export function useInboxEvent(id: string): UseQueryResult<InboxEntryWithPayload> {
  return useQuery({
    queryKey: keys.settings('inbox-event', id),
    queryFn: ({ signal }) => ask(api.GET('/api/webhook-events/{id}', { signal, params: { path: { id } } })),
    staleTime: Infinity,
  });
}

export const replayEvent = (id: string): Promise<InboxEntry> =>
  ask(api.POST('/api/webhook-events/{id}/replay', { params: { path: { id } } }));
