import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { api, ask, tell } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Order = Schemas['OrderDto'];
export type ListedOrder = Schemas['ListedOrderDto'];
export type OrderItem = Schemas['OrderItemDto'];
export type Payment = Schemas['OrderPaymentDto'];
export type Refund = Schemas['OrderRefundDto'];
export type Address = Schemas['AddressDto'];
export type HistoryEntry = Schemas['OrderHistoryDto'];
export type OrderStatus = Order['status'];
export type Flag = Order['flags'][number];
export type Cart = Schemas['CartDto'];
export type PaymentMethod = Schemas['RecordPaymentDto']['method'];
export type OrderPage = Schemas['OrderPageDto'] & { from: number };
export type CartPage = Schemas['CartPageDto'] & { from: number };

const CARDS = 50;
const COLUMN = 25;
/** Orders are read again by what happens; where no stream comes through, every minute. */
const ANYWAY_MS = 60_000;

export interface OrderFilter {
  search: string;
  payment: string;
  fulfilment: string;
  review: string;
  /** The first day, as YYYY-MM-DD. */
  since: string | undefined;
}

const queryOf = ({ search, payment, fulfilment, review, since }: OrderFilter) => ({
  ...(search.trim() === '' ? {} : { q: search.trim() }),
  ...(payment === 'any' ? {} : { paymentStatus: payment as 'paid' }),
  ...(fulfilment === 'any' ? {} : { fulfillmentStatus: fulfilment as 'fulfilled' }),
  ...(review === 'any' ? {} : { needsReview: true }),
  ...(since === undefined ? {} : { from: since }),
});

export function useColumn(status: OrderStatus, filter: OrderFilter): UseQueryResult<Schemas['OrderPageDto']> {
  return useQuery({
    queryKey: keys.orderList({ ...filter, column: status }),
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/whatsapp/orders', {
          signal,
          params: { query: { limit: COLUMN, status, ...queryOf(filter) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ANYWAY_MS,
  });
}

export function useOrders(
  wanted: OrderFilter & { status: string; cursor: string; from: number },
): UseQueryResult<OrderPage> {
  const { status, cursor, from } = wanted;
  return useQuery({
    queryKey: keys.orderList(wanted),
    queryFn: async ({ signal }) => {
      const query = {
        ...queryOf(wanted),
        limit: CARDS,
        ...(status === 'any' ? {} : { status: status as OrderStatus }),
        ...(cursor === '' ? {} : { cursor }),
      };
      return { ...(await ask(api.GET('/api/whatsapp/orders', { signal, params: { query } }))), from };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ANYWAY_MS,
  });
}

export function exportOf(filter: OrderFilter & { status: string }): string {
  const status = filter.status === 'any' ? {} : { status: filter.status };
  const entries = Object.entries({ ...queryOf(filter), ...status });
  const query = new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
  return `/api/whatsapp/orders/export?${query.toString()}`;
}

export function useOrder(id: string): UseQueryResult<Order> {
  return useQuery({
    queryKey: keys.order(id),
    queryFn: ({ signal }) => ask(api.GET('/api/whatsapp/orders/{id}', { signal, params: { path: { id } } })),
    refetchInterval: ANYWAY_MS,
  });
}

export function useCarts(wanted: { status: string; page: number }): UseQueryResult<CartPage> {
  const { status, page } = wanted;
  return useQuery({
    queryKey: keys.carts(wanted),
    queryFn: async ({ signal }) => {
      const filter = status === 'all' ? {} : { status: status as Cart['status'] };
      const params = { query: { limit: CARDS, page, ...filter } };
      const answer = await ask(api.GET('/api/whatsapp/carts', { signal, params }));
      return { ...answer, from: (page - 1) * CARDS + 1 };
    },
    placeholderData: keepPreviousData,
  });
}

export function useSendCart(): UseMutationResult<void, Error, { id: string; key: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, key }) =>
      tell(
        api.POST('/api/whatsapp/carts/{id}/send', {
          params: { path: { id }, header: { 'Idempotency-Key': key } },
          body: {},
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.orders }),
  });
}

/** Every change of an order answers with the order as it is now. */
export function useChange(): UseMutationResult<Order, Error, () => Promise<Order>> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change) => change(),
    onSuccess: (order) => {
      client.setQueryData(keys.order(order.id), order);
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.orders }),
  });
}

const at = (id: string, key: string) => ({ path: { id }, header: { 'Idempotency-Key': key } });

export const change = {
  move: (id: string, body: Schemas['MoveOrderDto']) =>
    ask(api.PUT('/api/whatsapp/orders/{id}/status', { params: { path: { id } }, body })),
  edit: (id: string, body: Schemas['UpdateOrderDto']) =>
    ask(api.PUT('/api/whatsapp/orders/{id}', { params: { path: { id } }, body })),
  fulfil: (id: string, key: string, body: Schemas['FulfilOrderDto']) =>
    ask(api.POST('/api/whatsapp/orders/{id}/fulfill', { params: at(id, key), body })),
  deliver: (id: string, key: string) =>
    ask(api.POST('/api/whatsapp/orders/{id}/deliver', { params: at(id, key), body: {} })),
  pay: (id: string, key: string, body: Schemas['RecordPaymentDto']) =>
    ask(api.POST('/api/whatsapp/orders/{id}/payments', { params: at(id, key), body })),
  requestPayment: (id: string, key: string, body: Schemas['RequestPaymentDto']) =>
    ask(api.POST('/api/whatsapp/orders/{id}/payment-requests', { params: at(id, key), body })),
  refund: (id: string, key: string, body: Schemas['RequestRefundDto']) =>
    ask(api.POST('/api/whatsapp/orders/{id}/refunds', { params: at(id, key), body })),
  settle: (id: string, refundId: string, key: string, succeeded: boolean) =>
    ask(
      api.POST('/api/whatsapp/orders/{id}/refunds/{refundId}/settle', {
        params: { path: { id, refundId }, header: { 'Idempotency-Key': key } },
        body: { succeeded },
      }),
    ),
  resolve: (id: string, key: string, body: Schemas['ResolveOrderDto']) =>
    ask(api.POST('/api/whatsapp/orders/{id}/resolve', { params: at(id, key), body })),
  reserve: (id: string, key: string) =>
    ask(api.POST('/api/whatsapp/orders/{id}/reserve', { params: at(id, key) })),
};
