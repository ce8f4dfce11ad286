import { useCallback, useMemo } from 'react';
import { useLocation, useSearch as useRawSearch } from 'wouter';
import { readSearch, writeSearch, type Codec } from '../lib/search-codec.ts';

/** The filters of a page, which live in its address. Changing one replaces the entry of the history. */
export function useSearch<T extends object>(codec: Codec<T>): [T, (changes: Partial<T>) => void] {
  const search = useRawSearch();
  const [path, navigate] = useLocation();
  const values = useMemo(() => readSearch(codec, search), [codec, search]);
  const change = useCallback(
    (changes: Partial<T>) => {
      const next = writeSearch(codec, search, changes);
      navigate(next === '' ? path : `${path}?${next}`, { replace: true });
    },
    [codec, search, path, navigate],
  );
  return [values, change];
}
