import { useState, type SyntheticEvent } from 'react';
import { Problem } from '../../lib/problem.ts';
import { reasonOf } from '../../ui/block/failure.tsx';
import { useText } from '../../ui/language/language.tsx';
import { errorsOfFields } from './errors-of-fields.ts';

interface SubmitOptions<T> {
  /** The controls that show what is said of them. */
  fields: readonly string[];
  /** What is missing, before anything is sent. */
  check?: () => Record<string, string>;
  send: () => Promise<T>;
  onDone: (answer: T) => void;
  failed: string;
}

export interface Submitting {
  errors: Record<string, string>;
  alert: string | undefined;
  isBusy: boolean;
  onSubmit: (event: SyntheticEvent) => void;
}

/** Sends a form once at a time. The answer is given on and kept nowhere: it may hold a secret. */
export function useSubmit<T>({ fields, check, send, onDone, failed }: SubmitOptions<T>): Submitting {
  const t = useText();
  const [isTried, setTried] = useState(false);
  const [said, setSaid] = useState<Record<string, string>>({});
  const [alert, setAlert] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  // What was missing stops being said as soon as it is there.
  const missing = check?.() ?? {};
  const run = async (): Promise<void> => {
    setTried(true);
    setSaid({});
    setAlert(undefined);
    if (Object.keys(missing).length > 0 || isBusy) return;
    setBusy(true);
    try {
      onDone(await send());
    } catch (reason) {
      const { atFields, rest } = errorsOfFields(reason instanceof Problem ? reason.errors : [], fields);
      setSaid(atFields);
      if (rest.length > 0) setAlert(`${failed} ${rest.join(' ')}`);
      else if (Object.keys(atFields).length === 0) setAlert(`${failed} ${reasonOf(reason, t)}`);
    } finally {
      setBusy(false);
    }
  };
  return {
    ...{ errors: isTried ? { ...said, ...missing } : {}, alert, isBusy },
    onSubmit: (event) => {
      event.preventDefault();
      void run();
    },
  };
}
