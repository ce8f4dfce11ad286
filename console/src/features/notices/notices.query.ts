import {
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

export type Notice = components['schemas']['NotificationDto'];

const SHOWN = 10;
/** For people whose stream has no notices, and while it rests. */
const REFRESH_MS = 60_000;

export interface UnreadNotices {
  /** The newest. */
  notices: Notice[];
  count: number;
}

export function useUnreadNotices(): UseQueryResult<UnreadNotices> {
  return useQuery({
    queryKey: keys.notices,
    queryFn: async ({ signal }) => {
      const query = { unread: true, limit: SHOWN };
      const { data, total } = await ask(api.GET('/api/notifications', { signal, params: { query } }));
      return { notices: data, count: total ?? data.length };
    },
    refetchInterval: REFRESH_MS,
  });
}

export function useReadNotice(): UseMutationResult<unknown, Error, string> {
  const client = useQueryClient();
  return useMutation<unknown, Error, string>({
    mutationFn: (id) => ask(api.POST('/api/notifications/{id}/read', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.notices }),
  });
}
