import { useMutation, useQueryClient, type QueryKey, type UseMutationResult } from '@tanstack/react-query';
import { reasonOf } from '../../ui/block/failure.tsx';
import { useText } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';

interface ActOptions<In, Out> {
  done: (answer: Out, input: In) => string;
  /** Our headline when it did not happen; the reason of the API follows. */
  failed: string;
  /** What is read again. */
  changes: QueryKey;
}

/** One act, with a word about what became of it. */
export function useAct<In, Out>(
  run: (input: In) => Promise<Out>,
  { done, failed, changes }: ActOptions<In, Out>,
): UseMutationResult<Out, Error, In> {
  const t = useText();
  const say = useToast();
  const client = useQueryClient();
  return useMutation<Out, Error, In>({
    mutationFn: run,
    onSuccess: (answer, input) => {
      say({ text: done(answer, input) });
      return client.invalidateQueries({ queryKey: changes });
    },
    onError: (error) => say({ text: `${failed} ${reasonOf(error, t)}` }),
  });
}
