import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useSettled } from './settled.ts';

const SUGGESTED = 20;
const STAYS_MS = 300_000;
const AFTER_MS = 250;

export interface Suggestion {
  value: string;
  label: string | null;
}

/** Values of a field among the customers, for what is being typed. Suggestions never hold up a form: a failure is none. */
export function useSuggestions(field: string, typed: string, isWanted: boolean): readonly Suggestion[] {
  const search = useSettled(typed.slice(0, 100), AFTER_MS);
  const { data } = useQuery({
    queryKey: keys.fieldValues(field, search),
    queryFn: async ({ signal }) => {
      const query = { field, limit: SUGGESTED, ...(search === '' ? {} : { search }) };
      const found = await ask(api.GET('/api/whatsapp/segments/fields/values', { signal, params: { query } }));
      return found.data.map(({ value, label }) => ({ value: String(value), label }));
    },
    enabled: isWanted && field !== '',
    staleTime: STAYS_MS,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return data ?? [];
}
