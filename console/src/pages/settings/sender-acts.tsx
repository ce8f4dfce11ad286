import type { ReactNode } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { may, useSession } from '../../api/session.ts';
import { useAct } from '../../features/act/act.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { MenuAction } from '../../ui/menu/menu.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { changeSender, checkSender, disconnectSender, SENDERS, type Sender } from './senders.query.ts';

interface SenderActs {
  check: () => void;
  isChecking: boolean;
  mayCheck: boolean;
  actions: MenuAction[];
  question: ReactNode;
}

export function useSenderActs(sender: Sender, onToken: () => void): SenderActs {
  const words = useWords(settingsWords).senders;
  const session = useSession();
  const { ask, question } = useQuestion();
  const { id, name, status, isDefault, isFromEnvironment } = sender;
  const options = { failed: words.failed(name), changes: SENDERS };
  const check = useAct(() => checkSender(id), {
    done: ({ warnings: [warning] }) =>
      warning === undefined ? words.checkedNow(name) : words.warned(name, warning),
    failed: words.notChecked,
    changes: SENDERS,
  });
  const setStatus = useAct((next: Sender['status']) => changeSender(id, { status: next }), {
    ...options,
    done: (_answer, next) => (next === 'paused' ? words.paused(name) : words.resumed(name)),
  });
  const makeDefault = useAct(() => changeSender(id, { isDefault: true }), {
    ...options,
    done: () => words.madeDefault(name),
  });
  const disconnect = useAct(() => disconnectSender(id), {
    ...options,
    done: () => words.disconnected(name),
  });
  const actions: MenuAction[] = [
    status === 'active'
      ? { id: 'pause', label: words.pause, onAction: () => setStatus.mutate('paused') }
      : { id: 'resume', label: words.resume, onAction: () => setStatus.mutate('active') },
    ...(isDefault ? [] : [{ id: 'default', label: words.makeDefault, onAction: () => makeDefault.mutate() }]),
    ...(isFromEnvironment ? [] : [{ id: 'token', label: words.token, onAction: onToken }]),
    ...(isFromEnvironment
      ? []
      : [
          {
            ...{ id: 'disconnect', label: words.disconnect, isDangerous: true },
            onAction: () =>
              ask({
                ...{ title: words.disconnectAsk(name), text: words.disconnectText },
                ...{ act: words.disconnect, keep: words.keep, isDangerous: true },
                onYes: () => disconnect.mutate(),
              }),
          },
        ]),
  ];
  return {
    check: () => check.mutate(),
    isChecking: check.isPending,
    mayCheck: may(session, 'campaigns:write'),
    actions: may(session, 'admin') ? actions : [],
    question,
  };
}
