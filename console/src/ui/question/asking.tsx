import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import type { Asked } from './question.tsx';

// Only those who are about to do something final load the dialog.
const Question = lazy(() => import('./question.tsx'));

/** `ask` opens the question; `question` is where it stands in the page. */
export function useQuestion(): { ask: (asked: Asked) => void; question: ReactNode } {
  const [asked, setAsked] = useState<Asked>();
  const ask = useCallback((next: Asked) => setAsked(next), []);
  const question =
    asked === undefined ? null : (
      <Suspense fallback={null}>
        <Question asked={asked} onClose={() => setAsked(undefined)} />
      </Suspense>
    );
  return { ask, question };
}
