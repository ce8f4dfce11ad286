import {
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
export type Segment = Schemas['SegmentDto'];
export type Audience = Schemas['SegmentPreviewDto'];

const LISTED = 200;
const SAMPLE = 5;
const FIELDS_STAY_MS = 300_000;

export function useSegments(): UseQueryResult<Segment[]> {
  return useQuery({
    queryKey: [...keys.segments, 'list'],
    queryFn: async ({ signal }) => {
      const params = { query: { limit: LISTED } };
      return (await ask(api.GET('/api/whatsapp/segments', { signal, params }))).data;
    },
  });
}

export function useSegment(id: string | undefined): UseQueryResult<Tagged<Segment>> {
  return useQuery({
    queryKey: keys.segment(id ?? ''),
    queryFn: ({ signal }) =>
      askTagged(api.GET('/api/whatsapp/segments/{id}', { signal, params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
    // A form is filled from it: another answer in the middle of the work would be of no use.
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function useSegmentFields(): UseQueryResult<Schemas['SegmentFieldListDto']> {
  return useQuery({
    queryKey: keys.segmentFields,
    queryFn: ({ signal }) => ask(api.GET('/api/whatsapp/segments/fields', { signal })),
    staleTime: FIELDS_STAY_MS,
  });
}

/** How many people a query means. An older question is given up as soon as there is a newer one. */
export function useAudience(query: Record<string, unknown> | null): UseQueryResult<Audience> {
  return useQuery({
    queryKey: keys.audience(query),
    queryFn: ({ signal }) =>
      ask(
        api.POST('/api/whatsapp/segments/preview', { signal, body: { query: query ?? {}, limit: SAMPLE } }),
      ),
    enabled: query !== null,
    retry: false,
  });
}

export interface SavedSegment {
  id: string | undefined;
  etag: string | undefined;
  name: string;
  query: Record<string, unknown>;
  key: string;
}

export function useSaveSegment(): UseMutationResult<Tagged<Segment>, Error, SavedSegment> {
  const client = useQueryClient();
  return useMutation<Tagged<Segment>, Error, SavedSegment>({
    mutationFn: ({ id, etag, name, query, key }) =>
      id === undefined
        ? askTagged(
            api.POST('/api/whatsapp/segments', {
              body: { name, query },
              params: { header: { 'Idempotency-Key': key } },
            }),
          )
        : askTagged(
            api.PUT('/api/whatsapp/segments/{id}', {
              body: { name, query },
              params: { path: { id }, header: etag === undefined ? {} : { 'If-Match': etag } },
            }),
          ),
    onSuccess: () => client.invalidateQueries({ queryKey: [...keys.segments, 'list'] }),
  });
}

export function useDeleteSegment(): UseMutationResult<unknown, Error, string> {
  const client = useQueryClient();
  return useMutation<unknown, Error, string>({
    mutationFn: (id) => tell(api.DELETE('/api/whatsapp/segments/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: [...keys.segments, 'list'] }),
  });
}
