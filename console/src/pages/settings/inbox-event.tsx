import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { keys } from '../../api/keys.ts';
import { may, useSession } from '../../api/session.ts';
import { useAct } from '../../features/act/act.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { CopyButton } from '../../ui/copy-button/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { InboxChip } from './inbox-chip.tsx';
import { INBOX, replayEvent, useInboxEvent, type InboxEntryWithPayload } from './inbox.query.ts';
import styles from './settings.module.css';

/** One event with the body as Meta sent it. */
export function InboxEvent({ id }: { id: string }) {
  const t = useText();
  const words = useWords(settingsWords).inbox;
  const event = useInboxEvent(id);
  const isGone = event.error instanceof Problem && [400, 404].includes(event.error.status);
  return (
    <>
      <p>
        <LinkButton to="/settings/inbox" look="quiet">
          {t.states.back}
        </LinkButton>
      </p>
      {isGone ? (
        <EmptyState title={words.gone} />
      ) : (
        <Loaded query={event} what={words.event} lines={8}>
          {(found) => <Found event={found} />}
        </Loaded>
      )}
    </>
  );
}

function Found({
  event: { id, receivedAt, status, failureReason, openParts, payload },
}: {
  event: InboxEntryWithPayload;
}) {
  const words = useWords(settingsWords).inbox;
  const { at } = useTimes();
  const session = useSession();
  const client = useQueryClient();
  const replay = useAct(
    async () => {
      const event = await replayEvent(id);
      client.setQueryData(keys.settings('inbox-event', id), (known?: InboxEntryWithPayload) =>
        known === undefined ? undefined : { ...known, ...event },
      );
      return event;
    },
    { done: () => words.replayed, failed: words.notReplayed, changes: INBOX },
  );
  return (
    <Block title={words.open(at(receivedAt, 'dayTime'))} aside={<InboxChip status={status} />}>
      {failureReason === null ? null : (
        <p>
          <bdi dir="ltr">{failureReason}</bdi>
        </p>
      )}
      {openParts.length === 0 ? null : (
        <div className={styles.titled}>
          <h3>{words.openParts}</h3>
          <ul className={styles.muted}>
            {openParts.slice(0, 100).map((part) => (
              <li key={part}>
                <bdi dir="ltr">{part}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
      <h3>{words.payload}</h3>
      <pre className={styles.code} dir="ltr" tabIndex={0}>
        {readable(payload)}
      </pre>
      <div className={styles.buttons}>
        {may(session, 'webhooks:write') ? (
          <Button look="main" isDisabled={replay.isPending} onPress={() => replay.mutate()}>
            {words.replay}
          </Button>
        ) : null}
        <CopyButton label={words.copy} text={payload} />
      </div>
      <p className={styles.muted}>{words.audited}</p>
    </Block>
  );
}

/** A body that is not JSON, or a very long one, stays as it came. */
function readable(payload: string): string {
  const shown = payload.slice(0, 200_000);
  try {
    return JSON.stringify(JSON.parse(shown), null, 2);
  } catch {
    return shown;
  }
}
