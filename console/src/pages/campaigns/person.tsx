import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { Problem } from '../../lib/problem.ts';
import { may, useSession } from '../../api/session.ts';
import { sayEvent, type Explanation } from '../../features/explain/say-event.ts';
import { withTimes } from '../../features/waiting/waiting-words.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { onDay } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { CopyButton } from '../../ui/copy-button/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import { Timeline, type Moment } from '../../ui/timeline/timeline.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import {
  retryRecipients,
  useRecipient,
  type CampaignDetail,
  type ExplainedRecipient,
} from './campaigns.query.ts';
import { RecipientChip } from './recipient-chip.tsx';
import styles from './campaign.module.css';
import { peopleWords } from '../../../messages/people.ts';

/** What happened to one person, and why. */
export function Person({ campaign, recipientId }: { campaign: CampaignDetail; recipientId: string }) {
  const t = useText();
  const people = useWords(peopleWords);
  const person = useRecipient(campaign.id, recipientId);
  const isGone = person.error instanceof Problem && [400, 404].includes(person.error.status);
  return (
    <>
      <p>
        <LinkButton to={`/campaigns/${campaign.id}/people`} look="quiet">
          {t.states.back}
        </LinkButton>
      </p>
      <Block title={people.person.title}>
        {isGone ? (
          <EmptyState title={people.person.gone} />
        ) : (
          <Loaded query={person} what={people.person.title} lines={6}>
            {(found) => <Story campaign={campaign} person={found} />}
          </Loaded>
        )}
      </Block>
    </>
  );
}

const BAD = ['attempt_failed', 'failed'];
const GOOD = ['delivered', 'read', 'replied', 'clicked'];

function Story({ campaign, person }: { campaign: CampaignDetail; person: ExplainedRecipient }) {
  const t = useText();
  const people = useWords(peopleWords);
  const { at } = useTimes(campaign.timeZone);
  const session = useSession();
  const mayRetry =
    person.status === 'failed' &&
    may(session, 'campaigns:write') &&
    ['sending', 'paused', 'completed'].includes(campaign.status);
  const moments: Moment[] = person.explanation.map((event, index) => ({
    key: `${index}`,
    time: event.event === 'waiting' ? people.person.now : at(event.at, 'dayTime'),
    text: withTimes(
      sayEvent(event, people, (day) => onDay(day, 'day', t.locale)),
      (instant) => at(instant, 'dayTime'),
    ),
    tone:
      event.event === 'waiting'
        ? 'now'
        : BAD.includes(event.event)
          ? 'bad'
          : GOOD.includes(event.event)
            ? 'ok'
            : 'plain',
    details:
      event.code === undefined && event.fbtraceId === undefined ? undefined : <Details event={event} />,
  }));
  return (
    <>
      <p className={styles.person}>
        <strong dir="auto">{person.name ?? people.people.noName}</strong>
        <Phone number={person.phoneNumber} />
        <RecipientChip status={person.status} />
      </p>
      <Timeline label={people.person.title} moments={moments} />
      {mayRetry ? <Again campaignId={campaign.id} recipientId={person.id} /> : null}
      <p className={styles.muted}>{people.person.audited}</p>
    </>
  );
}

function Details({ event }: { event: Explanation }) {
  const t = useText();
  const people = useWords(peopleWords);
  const words = people.person;
  const { code, title, details, fbtraceId, httpStatus, meaning } = event;
  const facts = [
    code === undefined ? undefined : words.code(code),
    title,
    details,
    meaning,
    httpStatus === undefined ? undefined : words.http(httpStatus),
    fbtraceId === undefined ? undefined : words.trace(fbtraceId),
  ].filter((fact) => fact !== undefined);
  return (
    <details>
      <summary>{t.states.details}</summary>
      <ul className={styles.facts}>
        {facts.map((fact) => (
          <li key={fact}>
            <bdi dir="auto">{fact}</bdi>
          </li>
        ))}
      </ul>
      <CopyButton label={words.copy} text={[event.at, ...facts].join('\n')} />
    </details>
  );
}

function Again({ campaignId, recipientId }: { campaignId: string; recipientId: string }) {
  const t = useText();
  const people = useWords(peopleWords);
  const words = people.person;
  const say = useToast();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryRecipients(campaignId, { ids: [recipientId] }),
    onSuccess: ({ retried, refused }) => {
      const reason = refused[0]?.reason;
      say({
        text: retried > 0 ? words.againDone : reason === undefined ? words.againNot : words.refusals[reason],
      });
      return client.invalidateQueries({ queryKey: keys.campaigns });
    },
    onError: (problem) => say({ text: `${words.againNot} ${reasonOf(problem, t)}` }),
  });
  return (
    <p>
      <Button isDisabled={retry.isPending} onPress={() => retry.mutate()}>
        {words.again}
      </Button>
    </p>
  );
}
