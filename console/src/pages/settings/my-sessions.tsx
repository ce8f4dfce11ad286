import { settingsWords } from '../../../messages/settings.ts';
import { useAct } from '../../features/act/act.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { deviceOf } from './device.ts';
import { endOtherSessions, endSession, SESSIONS, useSessions, type OpenSession } from './users.query.ts';
import styles from './settings.module.css';

/** Where this person is signed in. */
export function MySessions() {
  const words = useWords(settingsWords).users;
  const sessions = useSessions();
  const endOthers = useAct(endOtherSessions, {
    done: () => words.othersEnded,
    failed: words.sessionNotEnded,
    changes: SESSIONS,
  });
  return (
    <Block title={words.sessions}>
      <Loaded query={sessions} what={words.sessions}>
        {(open) => (
          <>
            <ul className={styles.cards}>
              {open.map((session) => (
                <Row key={session.id} session={session} />
              ))}
            </ul>
            {open.length > 1 ? (
              <p>
                <Button isDisabled={endOthers.isPending} onPress={() => endOthers.mutate()}>
                  {words.endOthers}
                </Button>
              </p>
            ) : null}
          </>
        )}
      </Loaded>
    </Block>
  );
}

function Row({ session: { id, agent, ip, createdAt, lastSeenAt, isCurrent } }: { session: OpenSession }) {
  const words = useWords(settingsWords).users;
  const { at } = useTimes();
  const end = useAct(() => endSession(id), {
    done: () => words.sessionEnded,
    failed: words.sessionNotEnded,
    changes: SESSIONS,
  });
  const device = deviceOf(agent);
  const name = device === undefined ? words.unknownDevice : words.device(device.browser, device.system);
  const facts = [
    ip,
    words.sessionSince(at(createdAt, 'dayTime')),
    words.sessionSeen(at(lastSeenAt, 'dayTime')),
  ];
  return (
    <li className={styles.head}>
      <div className={styles.titled}>
        <p className={styles.name}>
          <strong>{name}</strong>
          {isCurrent ? (
            <Chip tone="ok" icon={<CheckIcon aria-hidden size={14} />}>
              {words.here}
            </Chip>
          ) : null}
        </p>
        <p className={styles.muted}>{facts.filter((fact) => fact !== null).join(' · ')}</p>
      </div>
      {isCurrent ? null : (
        <Button aria-label={words.endThis(name)} isDisabled={end.isPending} onPress={() => end.mutate()}>
          {words.endSession}
        </Button>
      )}
    </li>
  );
}
