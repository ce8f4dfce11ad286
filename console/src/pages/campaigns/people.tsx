import { Link } from 'wouter';
import { onDay } from '../../lib/when.ts';
import { oneOf, position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import { useSearch } from '../../ui/search.ts';
import { exportOf, useRecipients, type CampaignDetail, type Recipient } from './campaigns.query.ts';
import { RecipientChip } from './recipient-chip.tsx';
import styles from './people.module.css';
import { peopleWords } from '../../../messages/people.ts';

const STATES = [
  'pending',
  'queued',
  'sending',
  'held',
  'retry',
  'sent',
  'delivered',
  'read',
  'responded',
  'failed',
  'skipped',
  'opted_out',
] as const;
const CODEC = { status: oneOf(['all', ...STATES], 'all'), cursor: text('', 500), from: position };

export function People({ campaign }: { campaign: CampaignDetail }) {
  const people = useWords(peopleWords);
  const words = people.people;
  const [filter, change] = useSearch(CODEC);
  const recipients = useRecipients(campaign.id, filter);
  const emptyWords = words.empty;
  const empty =
    filter.status in emptyWords ? emptyWords[filter.status as keyof typeof emptyWords] : emptyWords.other;
  return (
    <Block
      title={words.title}
      aside={
        <a href={exportOf(campaign.id)} download title={words.exportHint}>
          {words.export}
        </a>
      }
    >
      <label className={styles.filter}>
        <span>{words.state}</span>
        <select
          value={filter.status}
          onChange={(event) =>
            change({ status: CODEC.status.read(event.currentTarget.value), cursor: '', from: 1 })
          }
        >
          <option value="all">{words.all}</option>
          {STATES.map((status) => (
            <option key={status} value={status}>
              {words.status[status]}
            </option>
          ))}
        </select>
      </label>
      <Loaded query={recipients} what={words.list} lines={8}>
        {({ data, total, nextCursor, from }) =>
          data.length === 0 ? (
            <EmptyState title={empty} />
          ) : (
            <>
              <ul className={styles.list}>
                {data.map((recipient) => (
                  <Row key={recipient.id} campaignId={campaign.id} recipient={recipient} />
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
  );
}

function Row({ campaignId, recipient }: { campaignId: string; recipient: Recipient }) {
  const t = useText();
  const people = useWords(peopleWords);
  const { id, name, phoneNumber, status, scheduledSendDate } = recipient;
  return (
    <li className={styles.row}>
      <Link href={`/campaigns/${campaignId}/people/${id}`} className={styles.name}>
        {name === null ? <Phone number={phoneNumber} /> : <bdi>{name}</bdi>}
      </Link>
      <span className={styles.muted}>
        {name === null ? people.people.noName : <Phone number={phoneNumber} />}
      </span>
      <RecipientChip status={status} />
      <span className={styles.muted}>
        {status === 'pending' && scheduledSendDate !== null
          ? people.people.day(onDay(scheduledSendDate, 'day', t.locale))
          : ''}
      </span>
    </li>
  );
}
