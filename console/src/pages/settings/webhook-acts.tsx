import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { settingsWords } from '../../../messages/settings.ts';
import { useAct } from '../../features/act/act.ts';
import { reasonOf } from '../../ui/block/failure.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { nameOf } from './webhook-chip.tsx';
import {
  enableEndpoint,
  removeEndpoint,
  rotateSecret,
  testEndpoint,
  WEBHOOKS,
  type Endpoint,
} from './webhooks.query.ts';

interface WebhookActs {
  test: () => void;
  isTesting: boolean;
  enable: () => void;
  rotate: () => void;
  remove: () => void;
  question: ReactNode;
}

/** A new secret is handed to `onSecret` and kept nowhere else. */
export function useWebhookActs(endpoint: Endpoint, onSecret: (secret: string) => void): WebhookActs {
  const t = useText();
  const words = useWords(settingsWords).webhooks;
  const say = useToast();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const { ask, question } = useQuestion();
  const { id } = endpoint;
  const name = nameOf(endpoint);
  const options = { changes: WEBHOOKS };
  const test = useAct(() => testEndpoint(id), {
    ...options,
    done: () => words.tested,
    failed: words.notTested,
  });
  const enable = useAct(() => enableEndpoint(id), {
    ...options,
    done: () => words.enabled,
    failed: words.notEnabled,
  });
  const remove = useAct(
    async () => {
      await removeEndpoint(id);
      navigate('/settings/webhooks');
    },
    { ...options, done: () => words.removed, failed: words.notRemoved },
  );
  const rotate = async (): Promise<void> => {
    try {
      onSecret((await rotateSecret(id)).secret);
      await client.invalidateQueries({ queryKey: WEBHOOKS });
    } catch (error) {
      say({ text: `${words.notRotated} ${reasonOf(error, t)}` });
    }
  };
  return {
    test: () => test.mutate(),
    isTesting: test.isPending,
    enable: () => enable.mutate(),
    rotate: () =>
      ask({
        ...{ title: words.rotateAsk(name), text: words.rotateText, act: words.rotate, keep: words.keep },
        onYes: () => void rotate(),
      }),
    remove: () =>
      ask({
        ...{ title: words.removeAsk(name), text: words.removeText, act: words.remove, keep: words.keep },
        isDangerous: true,
        onYes: () => remove.mutate(),
      }),
    question,
  };
}
