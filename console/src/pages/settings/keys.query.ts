import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Key = Schemas['KeyDto'];
type Scopes = Schemas['CreateKeyDto']['scopes'];

export const KEYS = keys.settings('keys');
export const KEYS_A_PAGE = 50;

export function useKeys(page: number): UseQueryResult<Schemas['KeyPageDto']> {
  return useQuery({
    queryKey: keys.settings('keys', page),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/keys', { signal, params: { query: { page, limit: KEYS_A_PAGE } } })),
    placeholderData: keepPreviousData,
  });
}

export const createKey = (name: string, scopes: readonly string[]): Promise<Schemas['CreatedKeyDto']> =>
  ask(api.POST('/api/keys', { body: { name, scopes: scopes as Scopes } }));
export const revokeKey = (id: string): Promise<Key> =>
  ask(api.DELETE('/api/keys/{id}', { params: { path: { id } } }));
