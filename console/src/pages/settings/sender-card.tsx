import { lazy, Suspense, useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { Button } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon, MoreIcon, PauseIcon, WarnIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { SenderFacts } from './sender-facts.tsx';
import { TokenForm } from './token-form.tsx';
import { useSenderActs } from './sender-acts.tsx';
import type { Sender } from './senders.query.ts';
import styles from './settings.module.css';

const Menu = lazy(() => import('../../ui/menu/menu.tsx'));

export function SenderCard({ sender }: { sender: Sender }) {
  const t = useText();
  const words = useWords(settingsWords).senders;
  const { at } = useTimes();
  const [hasTokenForm, setTokenForm] = useState(false);
  const { check, isChecking, mayCheck, actions, question } = useSenderActs(sender, () => setTokenForm(true));
  const { name, displayPhoneNumber, verifiedName, phoneNumberId, pausedUntil, heldUntil } = sender;
  const notes = [
    sender.verifiedAt === null ? (sender.verificationProblem ?? words.unverified) : undefined,
    sender.statusReason,
    pausedUntil === null ? undefined : words.pausedUntil(at(pausedUntil, 'dayTime')),
    heldUntil === null ? undefined : words.held(at(heldUntil, 'dayTime')),
  ].filter((note) => typeof note === 'string');
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <div className={styles.titled}>
          <h3 className={styles.name}>
            <bdi>{name}</bdi>
            <State sender={sender} />
            {sender.isDefault ? (
              <Chip tone="accent" icon={<CheckIcon aria-hidden size={14} />}>
                {words.isDefault}
              </Chip>
            ) : null}
          </h3>
          <p className={styles.muted}>
            <bdi dir="ltr">{displayPhoneNumber ?? phoneNumberId}</bdi>
            {verifiedName === null ? null : (
              <>
                {' · '}
                <bdi>{verifiedName}</bdi>
              </>
            )}
          </p>
        </div>
        <div className={styles.buttons}>
          {mayCheck ? (
            <Button aria-label={words.checkThis(name)} isDisabled={isChecking} onPress={check}>
              {words.check}
            </Button>
          ) : null}
          {actions.length === 0 ? null : (
            <Suspense fallback={null}>
              <Menu
                label={t.states.actions(name)}
                icon={<MoreIcon aria-hidden size={20} />}
                actions={actions}
              />
            </Suspense>
          )}
        </div>
      </div>
      {notes.map((note) => (
        <p key={note} dir="auto">
          {note}
        </p>
      ))}
      <SenderFacts sender={sender} />
      {sender.isFromEnvironment ? <p className={styles.muted}>{words.fromEnvironment}</p> : null}
      {hasTokenForm ? <TokenForm sender={sender} onClose={() => setTokenForm(false)} /> : null}
      {question}
    </li>
  );
}

function State({ sender: { verifiedAt, status } }: { sender: Sender }) {
  const words = useWords(settingsWords).senders.states;
  if (verifiedAt === null) {
    return (
      <Chip tone="bad" icon={<WarnIcon aria-hidden size={14} />}>
        {words.unverified}
      </Chip>
    );
  }
  return status === 'paused' ? (
    <Chip tone="warn" icon={<PauseIcon aria-hidden size={14} />}>
      {words.paused}
    </Chip>
  ) : (
    <Chip tone="ok" icon={<CheckIcon aria-hidden size={14} />}>
      {words.active}
    </Chip>
  );
}
