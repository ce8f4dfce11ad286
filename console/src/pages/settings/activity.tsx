import { settingsWords } from '../../../messages/settings.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { FailedIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { Select } from '../../ui/select/select.tsx';
import { useActivity, type AuditEntry } from './activity.query.ts';
import { sayAction } from './say-action.ts';
import { useUsers } from './users.query.ts';
import own from './activity.module.css';
import styles from './settings.module.css';

const CODEC = { user: text('', 40), cursor: text('', 500), from: position };
const MOST_PEOPLE = 200;

/** Who did what. */
export function Activity() {
  const words = useWords(settingsWords).activity;
  const [filter, change] = useSearch(CODEC);
  const users = useUsers(1, MOST_PEOPLE);
  const entries = useActivity({ userId: filter.user, cursor: filter.cursor, from: filter.from });
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{words.lead}</p>
        <Select
          label={words.who}
          value={filter.user}
          options={[
            ['', words.everybody],
            ...(users.data?.data ?? []).map(({ id, name }) => [id, name] as const),
          ]}
          onChange={(user) => change({ user, cursor: '', from: 1 })}
        />
      </div>
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={entries} what={words.title} lines={10}>
          {({ data, total, nextCursor, from }) =>
            data.length === 0 ? (
              <EmptyState title={words.empty} />
            ) : (
              <>
                <ol className={own.log}>
                  {data.map((entry) => (
                    <Row key={entry.id} entry={entry} />
                  ))}
                </ol>
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

function Row({ entry: { actor, action, objectId, status, requestId, ip, at: time } }: { entry: AuditEntry }) {
  const t = useText();
  const words = useWords(settingsWords).activity;
  const { at } = useTimes();
  const problem = status === null ? words.brokenOff : status >= 400 ? words.refused(status) : undefined;
  const details = [
    action,
    objectId === null ? undefined : words.object(objectId),
    ip === null ? undefined : words.from(ip),
    words.request(requestId),
  ].filter((part) => part !== undefined);
  return (
    <li className={own.entry}>
      <span className={own.time}>{at(time, 'dayTime')}</span>
      <div className={styles.titled}>
        <p className={styles.name}>
          <strong>
            <bdi>{actor ?? words.nobody}</bdi>
          </strong>
          <span>{sayAction(action, words)}</span>
          {problem === undefined ? null : (
            <Chip tone="bad" icon={<FailedIcon aria-hidden size={14} />}>
              {problem}
            </Chip>
          )}
        </p>
        <details className={styles.muted}>
          <summary>{t.states.details}</summary>
          <ul>
            {details.map((part) => (
              <li key={part}>
                <bdi dir="ltr">{part}</bdi>
              </li>
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}
