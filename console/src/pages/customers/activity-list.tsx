import { Link } from 'wouter';
import { customersWords } from '../../../messages/customers.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { Timeline, type Moment } from '../../ui/timeline/timeline.tsx';
import { useActivity, type Activity } from './customers.query.ts';
import { peopleWords } from '../../../messages/people.ts';
import { sayActivity } from './say-activity.ts';
import styles from './customer.module.css';

export function ActivityList({ id }: { id: string }) {
  const t = useText();
  const people = useWords(peopleWords);
  const all = useWords(customersWords);
  const words = all.one;
  const { at } = useTimes();
  const activity = useActivity(id);
  if (activity.data === undefined) {
    return activity.isError ? (
      <Failure
        title={t.states.failed(words.activity)}
        error={activity.error}
        onAgain={() => void activity.refetch()}
      />
    ) : (
      <Skeleton lines={5} />
    );
  }
  const hidden = activity.data.pages[0]?.hidden ?? [];
  const moments = activity.data.pages
    .flatMap(({ data }) => data)
    .map((one): Moment => ({
      ...{ key: one.id, time: at(one.at, 'dayTime') },
      ...sayActivity(one, all, people),
      details: <OfCampaign activity={one} />,
    }));
  return (
    <>
      {moments.length === 0 ? <p>{words.activityNone}</p> : null}
      {moments.length === 0 ? null : <Timeline label={words.activity} moments={moments} />}
      {activity.hasNextPage ? (
        <p>
          <Button isDisabled={activity.isFetchingNextPage} onPress={() => void activity.fetchNextPage()}>
            {words.older}
          </Button>
        </p>
      ) : null}
      {hidden.length === 0 ? null : (
        <p className={styles.muted}>{words.hidden(hidden.map((kind) => words.kinds[kind]).join(', '))}</p>
      )}
    </>
  );
}

function OfCampaign({ activity: { kind, facts } }: { activity: Activity }) {
  const t = useText();
  const id = facts['campaignId'];
  if (kind !== 'campaigns' || typeof id !== 'string') return null;
  return (
    <p>
      <Link href={`/campaigns/${id}`}>{t.today.see}</Link>
    </p>
  );
}
