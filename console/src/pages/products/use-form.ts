import { useState } from 'react';
import { intent } from '../../lib/intent.ts';
import { messagesOf, Problem } from '../../lib/problem.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { useWork } from './products.query.ts';

interface FormWork<T> {
  /** The same request twice is carried out once. */
  send: (request: unknown, run: (key: string) => Promise<T>) => void;
  isBusy: boolean;
  error: Error | null;
  failure: { title: string; error: unknown } | undefined;
  /** What the API says about a field. */
  errorOf: (field: string) => string | undefined;
}

/** What all forms have in common: what they say when it is done, and that they stay as they are when it is not. */
export function useForm<T = unknown>(
  texts: { done: string; failed: string },
  onDone: (answer: T) => void,
): FormWork<T> {
  const say = useToast();
  const [keyOf] = useState(intent);
  const { mutate, isPending, error } = useWork<T>();
  const errors = error instanceof Problem ? messagesOf(error.errors) : {};
  return {
    send: (request, run) =>
      mutate(() => run(keyOf(request)), {
        onSuccess: (answer) => {
          say({ text: texts.done });
          onDone(answer);
        },
      }),
    isBusy: isPending,
    error,
    failure: error === null ? undefined : { title: texts.failed, error },
    errorOf: (field) => errors[field],
  };
}
