import { may, useSession } from '../../api/session.ts';
import { useNow } from '../../features/now/now.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { hourOf, onDay } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { useText } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { FirstRun } from './first-run.tsx';
import { GoingOut } from './going-out.tsx';
import { Needs } from './needs.tsx';
import { NextDays } from './next-days.tsx';
import { useMorning, useOverview, usePlans, useSenders, type Morning } from './today.query.ts';
import { Yesterday } from './yesterday.tsx';
import styles from './today.module.css';

/** The owner's morning: is it going, what needs me, what is next. */
export default function TodayPage() {
  const t = useText();
  const { user } = useSession();
  const { plainAt, zone, zoneName } = useTimes();
  const now = useNow(10_000);
  const morning = useMorning();
  const hour = hourOf(now, zone);
  const { hello } = t.today;
  const greeting = hour < 12 ? hello.morning : hour < 18 ? hello.day : hello.evening;
  const clock = [plainAt(now, 'weekday'), zoneName, plainAt(now, 'time')].filter(
    (part) => part !== undefined,
  );
  return (
    <Page
      title={t.today.greeting(greeting, user.name)}
      windowTitle={t.today.title}
      aside={<p className={styles.clock}>{clock.join(' · ')}</p>}
    >
      <Loaded query={morning} what={t.today.title} lines={8}>
        {(data) => (data.campaigns === 0 ? <FirstRun morning={data} /> : <Running morning={data} />)}
      </Loaded>
    </Page>
  );
}

function Running({ morning }: { morning: Morning }) {
  const t = useText();
  const plans = usePlans(morning);
  const senders = useSenders();
  const overview = useOverview();
  const [first, ...others] = morning.running;
  return (
    <>
      {first === undefined ? (
        <Quiet morning={morning} />
      ) : (
        <GoingOut campaign={first} plans={plans.data?.plans ?? []} />
      )}
      {others.length === 0 ? null : (
        <p>
          {t.today.more(others.length)}{' '}
          <LinkButton to="/campaigns?status=sending">{t.today.allCampaigns}</LinkButton>
        </p>
      )}
      <div className={styles.columns}>
        <Needs campaigns={morning.troubled} senders={senders} />
        <Yesterday overview={overview} />
        <NextDays plans={plans} isPart={morning.isPart} senders={senders.data ?? []} />
      </div>
    </>
  );
}

/** Nothing is being sent: what was last, and what comes next. */
function Quiet({ morning }: { morning: Morning }) {
  const t = useText();
  const last = morning.recent.find(({ sentCount }) => sentCount > 0);
  const [next] = morning.scheduled.toSorted((one, other) =>
    (one.scheduledFor ?? '~').localeCompare(other.scheduledFor ?? '~'),
  );
  const { at } = useTimes(next?.timeZone);
  const starts = next?.scheduledFor ?? undefined;
  const until = next?.estimatedCompletionDate ?? undefined;
  return (
    <Block title={t.today.nothing}>
      {last === undefined ? null : <p dir="auto">{t.today.last(last.name, last.sentCount)}</p>}
      {next === undefined || starts === undefined ? null : (
        <p dir="auto">
          {t.today.starts(next.name, at(starts, 'dayTime'))}{' '}
          {until === undefined ? '' : t.today.until(onDay(until, 'day', t.locale))}
        </p>
      )}
      <p>
        {may(useSession(), 'campaigns:write') ? (
          <LinkButton to="/campaigns/new" look="main">
            {t.campaigns.newOne}
          </LinkButton>
        ) : null}{' '}
        <LinkButton to="/campaigns">{t.today.allCampaigns}</LinkButton>
      </p>
    </Block>
  );
}
