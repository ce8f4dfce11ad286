import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask, tell } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Endpoint = Schemas['WebhookEndpointDto'];
export type EndpointWithSecret = Schemas['WebhookEndpointWithSecretDto'];
export type Delivery = Schemas['WebhookDeliveryDto'];
export type EndpointInput = Schemas['CreateWebhookEndpointDto'];
export type DeliveryPage = Schemas['WebhookDeliveryPageDto'] & { from: number };

const DELIVERIES = 50;
const SOON_MS = 2_000;
export const WEBHOOKS = keys.settings('webhooks');

export function useEndpoints(): UseQueryResult<Schemas['WebhookEndpointPageDto']> {
  return useQuery({
    queryKey: keys.settings('webhooks', 'list'),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/webhook-endpoints', { signal, params: { query: { limit: 200 } } })),
  });
}

export function useEndpoint(id: string): UseQueryResult<Endpoint> {
  return useQuery({
    queryKey: keys.settings('webhooks', 'one', id),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/webhook-endpoints/{id}', { signal, params: { path: { id } } })),
  });
}

/** While something is on its way the list is read every two seconds. */
export function useDeliveries(
  id: string,
  { state, cursor, from }: { state: string; cursor: string; from: number },
): UseQueryResult<DeliveryPage> {
  return useQuery({
    queryKey: keys.settings('webhooks', 'deliveries', id, { state, cursor, from }),
    queryFn: async ({ signal }) => {
      const query = {
        limit: DELIVERIES,
        ...(state === 'all' ? {} : { state: state as Delivery['state'] }),
        ...(cursor === '' ? {} : { cursor }),
      };
      const params = { path: { id }, query };
      return { ...(await ask(api.GET('/api/webhook-endpoints/{id}/deliveries', { signal, params }))), from };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: known }) =>
      known.data?.data.some((one) => one.state === 'pending') === true ? SOON_MS : false,
  });
}

export function useDelivery(
  id: string,
  isWanted: boolean,
): UseQueryResult<Schemas['WebhookDeliveryWithBodyDto']> {
  return useQuery({
    queryKey: keys.settings('webhooks', 'delivery', id),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/webhook-endpoints/deliveries/{id}', { signal, params: { path: { id } } })),
    enabled: isWanted,
  });
}

export const createEndpoint = (body: EndpointInput): Promise<EndpointWithSecret> =>
  ask(api.POST('/api/webhook-endpoints', { body }));
export const changeEndpoint = (id: string, body: EndpointInput): Promise<Endpoint> =>
  ask(api.PUT('/api/webhook-endpoints/{id}', { params: { path: { id } }, body }));
export const removeEndpoint = (id: string): Promise<void> =>
  tell(api.DELETE('/api/webhook-endpoints/{id}', { params: { path: { id } } }));
export const enableEndpoint = (id: string): Promise<Endpoint> =>
  ask(api.POST('/api/webhook-endpoints/{id}/enable', { params: { path: { id } } }));
export const rotateSecret = (id: string): Promise<EndpointWithSecret> =>
  ask(api.POST('/api/webhook-endpoints/{id}/rotate-secret', { params: { path: { id } } }));
export const testEndpoint = (id: string): Promise<Delivery> =>
  ask(api.POST('/api/webhook-endpoints/{id}/test', { params: { path: { id } } }));
export const replayTo = (
  id: string,
  body: Schemas['ReplayWebhooksDto'],
): Promise<Schemas['ReplayedWebhooksDto']> =>
  ask(api.POST('/api/webhook-endpoints/{id}/replay', { params: { path: { id } }, body }));
