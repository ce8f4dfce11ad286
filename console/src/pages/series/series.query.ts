import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { api, ask, askTagged, type Tagged } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Series = Schemas['SeriesDto'];
export type Schedule = Schemas['SeriesScheduleDto'];
export type Occurrence = Schemas['SeriesOccurrenceDto'];
export type NewSeries = Schemas['CreateSeriesDto'];
export type Command = 'activate' | 'pause' | 'resume' | 'end';

const LISTED = 200;
const OFTEN_MS = 15_000;

export function useSeriesList(): UseQueryResult<Series[]> {
  return useQuery({
    queryKey: [...keys.series, 'list'],
    queryFn: async ({ signal }) => {
      const params = { query: { limit: LISTED } };
      return (await ask(api.GET('/api/whatsapp/series', { signal, params }))).data;
    },
  });
}

export function useSeries(id: string | undefined): UseQueryResult<Tagged<Series>> {
  return useQuery({
    queryKey: keys.oneSeries(id ?? ''),
    queryFn: ({ signal }) =>
      askTagged(api.GET('/api/whatsapp/series/{id}', { signal, params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
  });
}

export function useOccurrences(id: string): UseQueryResult<Occurrence[]> {
  return useQuery({
    queryKey: [...keys.oneSeries(id), 'occurrences'],
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { limit: LISTED } };
      return (await ask(api.GET('/api/whatsapp/series/{id}/occurrences', { signal, params }))).data;
    },
    refetchInterval: OFTEN_MS,
  });
}

export function useSeriesSums(id: string): UseQueryResult<Schemas['SeriesSumsDto']> {
  return useQuery({
    queryKey: [...keys.oneSeries(id), 'stats'],
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { limit: 1 } };
      return (await ask(api.GET('/api/whatsapp/series/{id}/stats', { signal, params }))).sums;
    },
    refetchInterval: OFTEN_MS,
  });
}

export function usePreview(
  about: Schemas['PreviewSeriesDto'] | null,
): UseQueryResult<Schemas['SeriesDateDto'][]> {
  return useQuery({
    queryKey: [...keys.series, 'preview', about],
    queryFn: async ({ signal }) => {
      if (about === null) return [];
      return (await ask(api.POST('/api/whatsapp/series/preview', { signal, body: about }))).occurrences;
    },
    enabled: about !== null,
    retry: false,
  });
}

/** What a series can be made of: approved templates, and groups. */
export function useSeriesTemplates(): UseQueryResult<Schemas['TemplateDto'][]> {
  return useQuery({
    queryKey: keys.templateList({ of: 'series' }),
    queryFn: async ({ signal }) => {
      const params = { query: { status: 'APPROVED' as const, limit: LISTED } };
      return (await ask(api.GET('/api/whatsapp/templates', { signal, params }))).data;
    },
  });
}

export function useSeriesGroups(): UseQueryResult<Schemas['SegmentDto'][]> {
  return useQuery({
    queryKey: [...keys.segments, 'list'],
    queryFn: async ({ signal }) => {
      const params = { query: { limit: LISTED } };
      return (await ask(api.GET('/api/whatsapp/segments', { signal, params }))).data;
    },
  });
}

export async function saveSeries(
  body: NewSeries,
  { id, etag, key }: { id: string | undefined; etag: string | undefined; key: string },
): Promise<Series> {
  if (id === undefined) {
    return ask(api.POST('/api/whatsapp/series', { body, params: { header: { 'Idempotency-Key': key } } }));
  }
  const header = etag === undefined ? {} : { 'If-Match': etag };
  return ask(api.PUT('/api/whatsapp/series/{id}', { body, params: { path: { id }, header } }));
}

export function useCommand(id: string): UseMutationResult<Series, Error, Command> {
  const client = useQueryClient();
  const params = { path: { id } };
  return useMutation<Series, Error, Command>({
    mutationFn: (command) => {
      switch (command) {
        case 'activate':
          return ask(api.POST('/api/whatsapp/series/{id}/activate', { params }));
        case 'pause':
          return ask(api.POST('/api/whatsapp/series/{id}/pause', { params }));
        case 'resume':
          return ask(api.POST('/api/whatsapp/series/{id}/resume', { params }));
        case 'end':
          return ask(api.POST('/api/whatsapp/series/{id}/end', { params }));
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.series }),
  });
}
