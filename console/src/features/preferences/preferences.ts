import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useSession } from '../../api/session.ts';

export interface Preferences {
  zone?: 'device' | 'organization';
  /** The own number that tests go to. */
  testNumber?: string;
}

/** What the console remembers of a person. A session of a key has none to keep. */
export function usePreferences(): Preferences {
  const { user } = useSession();
  const { data } = useQuery({
    queryKey: keys.preferences,
    queryFn: async () => (await ask(api.GET('/api/users/me/preferences'))).preferences as Preferences,
    enabled: user.role !== null,
    staleTime: Infinity,
  });
  return data ?? {};
}

/** Undefined: there is nobody to remember it of. */
export function useRemember(): ((changes: Preferences) => void) | undefined {
  const { user } = useSession();
  const known = usePreferences();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (changes: Preferences) =>
      ask(api.PUT('/api/users/me/preferences', { body: { preferences: { ...known, ...changes } } })),
    onMutate: (changes) => {
      client.setQueryData(keys.preferences, { ...known, ...changes });
    },
    onError: () => void client.invalidateQueries({ queryKey: keys.preferences }),
  });
  return user.role === null ? undefined : change.mutate;
}
