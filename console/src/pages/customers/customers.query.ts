import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { api, ask, askTagged, tell, type Tagged } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Customer = Schemas['CustomerDto'];
export type CustomerDetails = Schemas['CustomerDetailsDto'];
export type ConsentEvent = Schemas['ConsentEventDto'];
export type Activity = Schemas['ActivityDto'];
export type ActivityPage = Schemas['ActivityPageDto'];
export type CustomerChange = Schemas['UpdateCustomerDto'];
type CustomerPageDto = Schemas['CustomerPageDto'] & { from: number };

export const CARDS = 50;
const MOMENTS = 20;

export interface PeopleFilter {
  search: string;
  subscription: 'all' | 'subscribed' | 'unsubscribed';
  city: string;
  state: string;
  zipcode: string;
  tier: string;
  tag: string;
}

/** The filter as the API takes it: what is not asked for is left out. */
function queryOf({ search, subscription, city, state, zipcode, tier, tag }: PeopleFilter): {
  search?: string;
  subscription?: 'subscribed' | 'unsubscribed';
  tag?: string[];
} {
  const texts = { search: search.trim(), city, state, zipcode, tier };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== '')),
    ...(subscription === 'all' ? {} : { subscription }),
    ...(tag === '' ? {} : { tag: [tag] }),
  };
}

export function useCustomers({
  cursor,
  from,
  ...filter
}: PeopleFilter & { cursor: string; from: number }): UseQueryResult<CustomerPageDto> {
  return useQuery({
    queryKey: keys.customerList({ ...filter, cursor, from }),
    queryFn: async ({ signal }) => {
      const query = { limit: CARDS, ...queryOf(filter), ...(cursor === '' ? {} : { cursor }) };
      return { ...(await ask(api.GET('/api/whatsapp/customers', { signal, params: { query } }))), from };
    },
    placeholderData: keepPreviousData,
  });
}

export function exportOf(filter: PeopleFilter): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(queryOf(filter))) parameters.set(name, String(value));
  const query = parameters.toString();
  return `/api/whatsapp/customers/export${query === '' ? '' : `?${query}`}`;
}

export function useCustomer(id: string | undefined): UseQueryResult<Tagged<CustomerDetails>> {
  return useQuery({
    queryKey: keys.customer(id ?? ''),
    queryFn: ({ signal }) =>
      askTagged(api.GET('/api/whatsapp/customers/{id}', { signal, params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
  });
}

export function useConsent(id: string): UseQueryResult<ConsentEvent[]> {
  return useQuery({
    queryKey: keys.consent(id),
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { limit: 100 } };
      return (await ask(api.GET('/api/whatsapp/customers/{id}/consent', { signal, params }))).data;
    },
  });
}

export function useActivity(id: string): UseInfiniteQueryResult<InfiniteData<ActivityPage>> {
  return useInfiniteQuery({
    queryKey: keys.activity(id),
    queryFn: ({ signal, pageParam }) => {
      const query = { limit: MOMENTS, ...(pageParam === '' ? {} : { cursor: pageParam }) };
      return ask(
        api.GET('/api/whatsapp/customers/{id}/activity', { signal, params: { path: { id }, query } }),
      );
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

export interface Saved {
  id: string | undefined;
  etag: string | undefined;
  change: CustomerChange;
  key: string;
}

export function useSaveCustomer(): UseMutationResult<Customer, Error, Saved> {
  const client = useQueryClient();
  return useMutation<Customer, Error, Saved>({
    mutationFn: ({ id, etag, change, key }) =>
      id === undefined
        ? ask(
            api.POST('/api/whatsapp/customers', {
              body: change,
              params: { header: { 'Idempotency-Key': key } },
            }),
          )
        : ask(
            api.PUT('/api/whatsapp/customers/{id}', {
              body: change,
              params: { path: { id }, header: etag === undefined ? {} : { 'If-Match': etag } },
            }),
          ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.customers }),
  });
}

export function useStopMarketing(): UseMutationResult<Customer, Error, { id: string; key: string }> {
  const client = useQueryClient();
  return useMutation<Customer, Error, { id: string; key: string }>({
    mutationFn: ({ id, key }) =>
      ask(
        api.POST('/api/whatsapp/customers/{id}/opt-out', {
          body: { source: 'console' },
          params: { path: { id }, header: { 'Idempotency-Key': key } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.customers }),
  });
}

export function useDeleteCustomer(): UseMutationResult<unknown, Error, string> {
  const client = useQueryClient();
  return useMutation<unknown, Error, string>({
    mutationFn: (id) => tell(api.DELETE('/api/whatsapp/customers/{id}', { params: { path: { id } } })),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: keys.customer(id) });
      return client.invalidateQueries({ queryKey: [...keys.customers, 'list'] });
    },
  });
}
