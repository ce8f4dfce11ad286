import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { previewFile } from '../../api/preview-file.ts';
import type { components } from '../../api/schema.d.ts';
import { csvRows } from '../../lib/csv.ts';

type Schemas = components['schemas'];
export type CustomerImport = Schemas['CustomerImportDto'];
export type ImportPreview = Schemas['ImportPreviewDto'];
export type ImportColumn = ImportPreview['columns'][number];
export type ImportProblem = ImportPreview['problems'][number];

const LISTED = 20;
const LIVE_MS = 1_000;
/** As many as a table can show; the file has all. */
export const ERRORS_SHOWN = 1_000;

export interface Reading {
  mapping: Readonly<Record<string, string>>;
  /** Empty: that of the shop. */
  country: string;
}

/** The reading as the preview and the import take it. */
export function optionsOf({ mapping, country }: Reading): { mapping?: string; defaultCountry?: string } {
  return {
    ...(Object.keys(mapping).length === 0 ? {} : { mapping: JSON.stringify(mapping) }),
    ...(country === '' ? {} : { defaultCountry: country }),
  };
}

export function usePreview(file: File, reading: Reading): UseQueryResult<ImportPreview> {
  const { name, size, lastModified } = file;
  return useQuery({
    queryKey: keys.importPreview({ name, size, lastModified, ...reading }),
    queryFn: ({ signal }) => previewFile(file, { kind: 'customers', ...optionsOf(reading) }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useImports(): UseQueryResult<CustomerImport[]> {
  return useQuery({
    queryKey: keys.imports,
    queryFn: async ({ signal }) => (await listed(signal)).data,
  });
}

const listed = (signal: AbortSignal): Promise<Schemas['CustomerImportPageDto']> =>
  ask(api.GET('/api/whatsapp/customers/imports', { signal, params: { query: { limit: LISTED } } }));

/**
 * One import. While its file is on its way it may not exist yet: then the list is asked, where a missing id is
 * not a failure. Null: it has not begun.
 */
export function useImport(id: string, isUnderWay: boolean): UseQueryResult<CustomerImport | null> {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.importOf(id),
    queryFn: async ({ signal }) => {
      const row = isUnderWay
        ? ((await listed(signal)).data.find((one) => one.id === id) ?? null)
        : await ask(api.GET('/api/whatsapp/customers/imports/{id}', { signal, params: { path: { id } } }));
      const last = client.getQueryData<CustomerImport | null>(keys.importOf(id));
      if (row !== null && row.status !== 'running' && last?.status !== row.status) {
        // Other pages have shown the customers as they were before.
        void client.invalidateQueries({ queryKey: keys.customers });
        void client.invalidateQueries({ queryKey: keys.imports, exact: true });
      }
      return row;
    },
    staleTime: 0,
    refetchInterval: ({ state: { data } }) =>
      isUnderWay || data === null || data?.status === 'running' ? LIVE_MS : false,
  });
}

export interface RefusedRow {
  line: string;
  field: string;
  reason: string;
}

export function useRefused(id: string): UseQueryResult<RefusedRow[]> {
  return useQuery({
    queryKey: keys.importErrors(id),
    queryFn: async ({ signal }) => {
      const params = { path: { id } };
      const text = await ask(
        api.GET('/api/whatsapp/customers/imports/{id}/errors', { signal, params, parseAs: 'text' }),
      );
      return csvRows(text, ERRORS_SHOWN + 1)
        .slice(1)
        .map(([line = '', field = '', reason = '']) => ({ line, field, reason }));
    },
    staleTime: Infinity,
  });
}

export const refusedFileOf = (id: string): string => `/api/whatsapp/customers/imports/${id}/errors`;
