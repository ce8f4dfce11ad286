import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type AuditEntry = Schemas['AuditEntryDto'];

const ENTRIES = 50;

export function useActivity({
  userId,
  cursor,
  from,
}: {
  userId: string;
  cursor: string;
  from: number;
}): UseQueryResult<Schemas['AuditPageDto'] & { from: number }> {
  return useQuery({
    queryKey: keys.settings('activity', { userId, cursor, from }),
    queryFn: async ({ signal }) => {
      const query = {
        limit: ENTRIES,
        ...(userId === '' ? {} : { userId }),
        ...(cursor === '' ? {} : { cursor }),
      };
      return { ...(await ask(api.GET('/api/audit', { signal, params: { query } }))), from };
    },
    placeholderData: keepPreviousData,
  });
}
