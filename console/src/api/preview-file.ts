import { api, ask } from './client.ts';
import type { components, paths } from './schema.d.ts';

type Query = paths['/api/whatsapp/imports/preview']['post']['parameters']['query'];

/** All that is needed of a file: the server knows what its columns mean, and the browser never reads it. */
const LOOKED_AT_BYTES = 256 * 1024;

export function previewFile(
  file: File,
  query: Omit<Query, 'size'>,
  signal: AbortSignal,
): Promise<components['schemas']['ImportPreviewDto']> {
  return ask(
    api.POST('/api/whatsapp/imports/preview', {
      signal,
      params: { query: { ...query, size: file.size } },
      headers: { 'content-type': 'text/csv' },
      // The document knows a text; a part of the file goes without being read into one.
      body: file.slice(0, LOOKED_AT_BYTES) as unknown as string,
      bodySerializer: (body: unknown) => body as BodyInit,
    }),
  );
}
