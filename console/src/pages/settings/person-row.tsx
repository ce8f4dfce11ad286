import { lazy, Suspense, useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { useSession } from '../../api/session.ts';
import { useAct } from '../../features/act/act.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { CircleIcon, MoreIcon, StopIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { MenuAction } from '../../ui/menu/menu.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { RoleChoice } from './role-choice.tsx';
import { changeUser, PEOPLE, removeUser, signOutUser, type User } from './users.query.ts';
import own from './person-row.module.css';
import styles from './settings.module.css';

const Menu = lazy(() => import('../../ui/menu/menu.tsx'));

export function PersonRow({ user }: { user: User }) {
  const t = useText();
  const words = useWords(settingsWords).users;
  const { at } = useTimes();
  const session = useSession();
  const [isChanging, setChanging] = useState(false);
  const { actions, question } = usePersonActs(user, () => setChanging(true));
  const { name, email, role, isActive, lastSeenAt } = user;
  const isMe = session.user.id === user.id;
  return (
    <li className={styles.card}>
      <div className={own.person}>
        <span aria-hidden className={own.initial}>
          {String.fromCodePoint(name.codePointAt(0) ?? 0x3f).toUpperCase()}
        </span>
        <div className={styles.titled}>
          <h3 className={styles.name}>
            <bdi>{name}</bdi>
            <Chip tone={role === 'owner' ? 'accent' : 'plain'} icon={<CircleIcon aria-hidden size={14} />}>
              {words.roles[role]}
            </Chip>
            {isActive ? null : (
              <Chip tone="warn" icon={<StopIcon aria-hidden size={14} />}>
                {words.locked}
              </Chip>
            )}
          </h3>
          <p className={styles.muted}>
            <bdi dir="ltr">{email}</bdi> ·{' '}
            {isMe
              ? words.you
              : lastSeenAt === null
                ? words.neverSeen
                : words.lastSeen(at(lastSeenAt, 'dayTime'))}
          </p>
        </div>
        {isMe ? null : (
          <Suspense fallback={null}>
            <Menu
              label={t.states.actions(name)}
              icon={<MoreIcon aria-hidden size={20} />}
              actions={actions}
            />
          </Suspense>
        )}
      </div>
      {isChanging ? <RoleForm user={user} onClose={() => setChanging(false)} /> : null}
      {question}
    </li>
  );
}

function RoleForm({ user: { id, name, role: now }, onClose }: { user: User; onClose: () => void }) {
  const words = useWords(settingsWords).users;
  const [role, setRole] = useState(now);
  const act = useAct(() => changeUser(id, { role }), {
    done: () => words.roleSaved(name, words.roles[role]),
    failed: words.roleFailed,
    changes: PEOPLE,
  });
  const submitting = useSubmit({
    ...{ fields: [], failed: words.roleFailed },
    send: () => act.mutateAsync(),
    onDone: onClose,
  });
  return (
    <Form
      label={words.roleOf(name)}
      submitting={submitting}
      act={words.changeRole}
      isDisabled={role === now}
      onCancel={onClose}
    >
      <RoleChoice value={role} onChange={setRole} />
    </Form>
  );
}

function usePersonActs(user: User, onChangeRole: () => void) {
  const words = useWords(settingsWords).users;
  const { ask, question } = useQuestion();
  const { id, name, isActive } = user;
  const options = { failed: words.actFailed(name), changes: PEOPLE };
  const lock = useAct((active: boolean) => changeUser(id, { isActive: active }), {
    ...options,
    done: (_answer, active) => (active ? words.unlocked(name) : words.lockedOut(name)),
  });
  const signOut = useAct(() => signOutUser(id), { ...options, done: () => words.signedOut(name) });
  const remove = useAct(() => removeUser(id), { ...options, done: () => words.removed(name) });
  const actions: MenuAction[] = [
    { id: 'role', label: words.changeRole, onAction: onChangeRole },
    { id: 'sign-out', label: words.signOut, onAction: () => signOut.mutate() },
    isActive
      ? {
          ...{ id: 'lock', label: words.lock },
          onAction: () =>
            ask({
              ...{ title: words.lockAsk(name), text: words.lockText, act: words.lock, keep: words.keep },
              isDangerous: true,
              onYes: () => lock.mutate(false),
            }),
        }
      : { id: 'unlock', label: words.unlock, onAction: () => lock.mutate(true) },
    {
      ...{ id: 'remove', label: words.remove, isDangerous: true },
      onAction: () =>
        ask({
          ...{ title: words.removeAsk(name), text: words.removeText, act: words.remove, keep: words.keep },
          isDangerous: true,
          onYes: () => remove.mutate(),
        }),
    },
  ];
  return { actions, question };
}
