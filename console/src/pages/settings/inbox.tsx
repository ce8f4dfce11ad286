import { Link } from 'wouter';
import { settingsWords } from '../../../messages/settings.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { oneOf, position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { InboxChip } from './inbox-chip.tsx';
import { useInbox, type InboxEntry } from './inbox.query.ts';
import own from './activity.module.css';
import styles from './settings.module.css';

const STATES = ['all', 'failed', 'unhandled', 'retry', 'processed'] as const;
const CODEC = { status: oneOf(STATES, 'all'), cursor: text('', 500), from: position };

/** What Meta has reported, and whether it has taken effect. */
export function Inbox() {
  const words = useWords(settingsWords).inbox;
  const [filter, change] = useSearch(CODEC);
  const entries = useInbox(filter);
  return (
    <>
      <p className={styles.lead}>{words.lead}</p>
      <Tabs
        label={words.filters}
        tabs={STATES.map((status) => ({
          to: status === 'all' ? '/settings/inbox' : `/settings/inbox?status=${status}`,
          label: words.tabs[status],
          isCurrent: status === filter.status,
        }))}
      />
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={entries} what={words.title} lines={8}>
          {({ data, total, nextCursor, from }) =>
            data.length === 0 ? (
              <EmptyState title={words.emptyIn[filter.status]} />
            ) : (
              <>
                <ul className={own.log}>
                  {data.map((entry) => (
                    <Row key={entry.id} entry={entry} />
                  ))}
                </ul>
                <Pager
                  from={from}
                  count={data.length}
                  total={total}
                  onFirst={filter.cursor === '' ? undefined : () => change({ cursor: '', from: 1 })}
                  onOlder={
                    typeof nextCursor === 'string'
                      ? () => change({ cursor: nextCursor, from: from + data.length })
                      : undefined
                  }
                />
              </>
            )
          }
        </Loaded>
      </Block>
    </>
  );
}

function Row({ entry }: { entry: InboxEntry }) {
  const words = useWords(settingsWords).inbox;
  const { at } = useTimes();
  const { id, status, receivedAt, attempts, nextAttemptAt, failureReason, size } = entry;
  const facts = [
    words.size(size),
    attempts > 1 ? words.attempts(attempts) : undefined,
    nextAttemptAt === null ? undefined : words.nextAt(at(nextAttemptAt, 'dayTime')),
  ].filter((fact) => fact !== undefined);
  return (
    <li className={own.entry}>
      <Link href={`/settings/inbox/${id}`} className={own.time}>
        {at(receivedAt, 'dayTime')}
      </Link>
      <div className={styles.titled}>
        <p className={styles.name}>
          <InboxChip status={status} />
          <span className={styles.muted}>{facts.join(' · ')}</span>
        </p>
        {failureReason === null ? null : (
          <p>
            <bdi dir="ltr">{failureReason}</bdi>
          </p>
        )}
      </div>
    </li>
  );
}
