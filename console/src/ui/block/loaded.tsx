import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useText } from '../language/language.tsx';
import { Skeleton } from '../skeleton/skeleton.tsx';
import { Failure } from './failure.tsx';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** What it is, for the headline when it does not load. */
  what: string;
  /** Lines of the skeleton: about as high as what comes. */
  lines?: number;
  children: (data: T) => ReactNode;
}

/** Old data stays while new data is loading or fails to: nothing on a page vanishes. */
export function Loaded<T>({ query, what, lines = 3, children }: LoadedProps<T>) {
  const t = useText();
  if (query.data !== undefined) {
    return (
      <>
        {query.isError ? (
          <Failure title={t.states.failed(what)} error={query.error} onAgain={() => void query.refetch()} />
        ) : null}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return <Failure title={t.states.failed(what)} error={query.error} onAgain={() => void query.refetch()} />;
  }
  return <Skeleton lines={lines} />;
}
