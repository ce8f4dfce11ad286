import { useState } from 'react';
import { intent } from '../../lib/intent.ts';
import { messagesOf, Problem } from '../../lib/problem.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { useChange, type Order } from './orders.query.ts';

interface SheetWork {
  /** Sends it; the same request twice is carried out once. */
  send: <Body>(body: Body, work: (key: string, body: Body) => Promise<Order>) => void;
  isBusy: boolean;
  failure: { title: string; error: unknown } | undefined;
  /** What the API says about a field. */
  errorOf: (field: string) => string | undefined;
}

/** What all forms of an order have in common: they close when it is done, and stay as they are when it is not. */
export function useSheet(
  texts: { done: (order: Order) => string; failed: string },
  onClose: () => void,
): SheetWork {
  const say = useToast();
  const [keyOf] = useState(intent);
  const { mutate, isPending, error } = useChange();
  const errors = error instanceof Problem ? messagesOf(error.errors) : {};
  return {
    send: (body, work) =>
      mutate(() => work(keyOf(body), body), {
        onSuccess: (order) => {
          say({ text: texts.done(order) });
          onClose();
        },
      }),
    isBusy: isPending,
    failure: error === null ? undefined : { title: texts.failed, error },
    errorOf: (field) => errors[field],
  };
}
