import { settingsWords } from '../../../messages/settings.ts';
import { useAct } from '../../features/act/act.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { PEOPLE, useInvitations, withdraw, type OpenInvitation } from './users.query.ts';
import styles from './settings.module.css';

/** Links that nobody has used yet. Without any, nothing is shown. */
export function Invitations() {
  const words = useWords(settingsWords).users;
  const invitations = useInvitations();
  if (invitations.data === undefined || invitations.data.length === 0) return null;
  return (
    <Block title={words.open}>
      <ul className={styles.cards}>
        {invitations.data.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </Block>
  );
}

function Row({ invitation: { id, email, role, expiresAt } }: { invitation: OpenInvitation }) {
  const words = useWords(settingsWords).users;
  const { at } = useTimes();
  const act = useAct(() => withdraw(id), {
    done: () => words.withdrawn,
    failed: words.notWithdrawn,
    changes: PEOPLE,
  });
  const who = email ?? words.roles[role];
  return (
    <li className={styles.head}>
      <div className={styles.titled}>
        <p dir="auto">{words.openOf(who, words.roles[role])}</p>
        <p className={styles.muted}>{words.openUntil(at(expiresAt, 'dayTime'))}</p>
      </div>
      <Button aria-label={words.withdrawThis(who)} isDisabled={act.isPending} onPress={() => act.mutate()}>
        {words.withdraw}
      </Button>
    </li>
  );
}
