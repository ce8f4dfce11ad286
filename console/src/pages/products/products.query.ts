import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { api, ask, askTagged, tell, type Tagged } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Catalog = Schemas['CatalogDto'];
export type Product = Schemas['ProductDto'];
export type Variant = Schemas['VariantDto'];
export type SyncStatus = Schemas['ItemSyncDto']['status'];
export type SyncRun = Schemas['SyncRunDto'];
export type Conflict = Schemas['ConflictDto'];
export type StoredImage = Schemas['ImageDto'];
export type ProductBody = Schemas['UpdateProductDto'];
export type VariantBody = Schemas['UpdateVariantDto'];
export type ProductPage = Schemas['ProductPageDto'] & { from: number };
type NewProduct = Schemas['CreateProductDto'];

const CARDS = 48;
const RUNNING_MS = 2_000;
const MOST_CATALOGS = 100;
const MOST_VARIANTS = 200;

export function useCatalogs(): UseQueryResult<Catalog[]> {
  return useQuery({
    queryKey: keys.catalogOf('all', 'list'),
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/api/whatsapp/catalogs', { signal, params: { query: { limit: MOST_CATALOGS } } })))
        .data,
  });
}

export interface ProductFilter {
  search: string;
  availability: string;
  sync: string;
  cursor: string;
  from: number;
}

export function useProducts(id: string, wanted: ProductFilter): UseQueryResult<ProductPage> {
  return useQuery({
    queryKey: keys.catalogOf(id, 'products', wanted),
    queryFn: async ({ signal }) => {
      const { search, availability, sync, cursor, from } = wanted;
      const query = {
        limit: CARDS,
        ...(search.trim() === '' ? {} : { q: search.trim() }),
        ...(availability === 'any'
          ? {}
          : { availability: availability as NonNullable<Product['availability']> }),
        ...(sync === 'any' ? {} : { syncStatus: sync as SyncStatus }),
        ...(cursor === '' ? {} : { cursor }),
      };
      const params = { path: { id }, query };
      return { ...(await ask(api.GET('/api/whatsapp/catalogs/{id}/products', { signal, params }))), from };
    },
    placeholderData: keepPreviousData,
  });
}

/** With the tag of the state that was read: a change of another one is refused. */
export function useProduct(id: string, productId: string): UseQueryResult<Tagged<Product>> {
  return useQuery({
    queryKey: keys.catalogOf(id, 'product', { productId }),
    queryFn: ({ signal }) =>
      askTagged(
        api.GET('/api/whatsapp/catalogs/{id}/products/{productId}', {
          signal,
          params: { path: { id, productId } },
        }),
      ),
  });
}

export function useVariants(id: string, productId: string): UseQueryResult<Schemas['VariantPageDto']> {
  return useQuery({
    queryKey: keys.catalogOf(id, 'variants', { productId }),
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/whatsapp/catalogs/{id}/products/{productId}/variants', {
          signal,
          params: { path: { id, productId }, query: { limit: MOST_VARIANTS } },
        }),
      ),
  });
}

export function useRuns(id: string): UseQueryResult<SyncRun[]> {
  return useQuery({
    queryKey: keys.catalogOf(id, 'runs'),
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { limit: 20 } };
      return (await ask(api.GET('/api/whatsapp/catalogs/{id}/sync', { signal, params }))).data;
    },
    refetchInterval: ({ state }) => (isRunning(state.data?.[0]) ? RUNNING_MS : false),
  });
}

export const isRunning = (run: SyncRun | undefined): boolean =>
  run !== undefined && (run.status === 'queued' || run.status === 'running');

export function useConflicts(id: string): UseQueryResult<Schemas['ConflictPageDto']> {
  return useQuery({
    queryKey: keys.catalogOf(id, 'conflicts'),
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/whatsapp/catalogs/{id}/conflicts', {
          signal,
          params: { path: { id }, query: { limit: CARDS } },
        }),
      ),
  });
}

/** Everything about catalogs is read again after a change: stock and states follow from more than one thing. */
export function useWork<T>(): UseMutationResult<T, Error, () => Promise<T>> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work) => work(),
    // Not waited for: what is read again must not take a form away before it has said that it is done.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.catalogs });
    },
  });
}

const once = (key: string) => ({ 'Idempotency-Key': key });

export const work = {
  makeCatalog: (key: string, body: { name: string; currency: string }) =>
    ask(
      api.POST('/api/whatsapp/catalogs', {
        params: { header: once(key) },
        body: body,
      }),
    ),
  make: (id: string, key: string, body: ProductBody) =>
    ask(
      api.POST('/api/whatsapp/catalogs/{id}/products', {
        params: { path: { id }, header: once(key) },
        body: body as NewProduct,
      }),
    ),
  save: (id: string, productId: string, etag: string | undefined, body: ProductBody) =>
    ask(
      api.PUT('/api/whatsapp/catalogs/{id}/products/{productId}', {
        params: { path: { id, productId }, header: etag === undefined ? {} : { 'If-Match': etag } },
        body,
      }),
    ),
  remove: (id: string, productId: string) =>
    tell(
      api.DELETE('/api/whatsapp/catalogs/{id}/products/{productId}', { params: { path: { id, productId } } }),
    ),
  makeVariant: (id: string, productId: string, key: string, body: VariantBody) =>
    ask(
      api.POST('/api/whatsapp/catalogs/{id}/products/{productId}/variants', {
        params: { path: { id, productId }, header: once(key) },
        body: body as Schemas['CreateVariantDto'],
      }),
    ),
  saveVariant: (id: string, productId: string, variantId: string, body: VariantBody) =>
    ask(
      api.PUT('/api/whatsapp/catalogs/{id}/products/{productId}/variants/{variantId}', {
        params: { path: { id, productId, variantId } },
        body,
      }),
    ),
  removeVariant: (id: string, productId: string, variantId: string) =>
    tell(
      api.DELETE('/api/whatsapp/catalogs/{id}/products/{productId}/variants/{variantId}', {
        params: { path: { id, productId, variantId } },
      }),
    ),
  count: (
    { id, productId, variantId }: { id: string; productId: string; variantId: string | undefined },
    key: string,
    body: Schemas['CountStockDto'],
  ) =>
    variantId === undefined
      ? ask(
          api.POST('/api/whatsapp/catalogs/{id}/products/{productId}/stock', {
            params: { path: { id, productId }, header: once(key) },
            body,
          }),
        )
      : ask(
          api.POST('/api/whatsapp/catalogs/{id}/products/{productId}/variants/{variantId}/stock', {
            params: { path: { id, productId, variantId }, header: once(key) },
            body,
          }),
        ),
  image: (id: string, source: File | string): Promise<StoredImage> =>
    ask(
      api.POST('/api/whatsapp/catalogs/{id}/images', {
        params: { path: { id } },
        ...(typeof source === 'string'
          ? { body: { sourceUrl: source } }
          : {
              body: source as never,
              bodySerializer: () => source,
              headers: { 'content-type': source.type },
            }),
      }),
    ),
  sync: (id: string, key: string) =>
    ask(api.POST('/api/whatsapp/catalogs/{id}/sync', { params: { path: { id }, header: once(key) } })),
  stop: (id: string, runId: string) =>
    ask(api.DELETE('/api/whatsapp/catalogs/{id}/sync/{runId}', { params: { path: { id, runId } } })),
  decide: (id: string, itemId: string, key: string, take: 'local' | 'meta') =>
    ask(
      api.POST('/api/whatsapp/catalogs/{id}/conflicts/{itemId}', {
        params: { path: { id, itemId }, header: once(key) },
        body: { take },
      }),
    ),
};

export const exportOf = (id: string): string => `/api/whatsapp/catalogs/${id}/products/export`;
