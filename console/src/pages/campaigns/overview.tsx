import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Counters, LiveState } from '../../api/events.ts';
import { keys } from '../../api/keys.ts';
import { waitingWords, withTimes } from '../../features/waiting/waiting-words.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { percent } from '../../lib/share.ts';
import { duration, onDay } from '../../lib/when.ts';
import { Bars } from '../../ui/bars/bars.tsx';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Funnel } from '../../ui/funnel/funnel.tsx';
import { useText } from '../../ui/language/language.tsx';
import { Clicks } from './clicks.tsx';
import type { CampaignDetail, Stats } from './campaigns.query.ts';
import styles from './campaign.module.css';

interface OverviewProps {
  campaign: CampaignDetail;
  stats: UseQueryResult<Stats>;
  live: LiveState;
}

export function Overview({ campaign, stats, live }: OverviewProps) {
  const t = useText();
  const words = t.campaign;
  const { id, status, statusReason, waitingFor } = campaign;
  const { at } = useTimes(campaign.timeZone);
  // Written by the event stream alone.
  const counters = useQuery<Counters>({ queryKey: keys.counters(id), enabled: false }).data;
  // The stream may have stopped while the numbers are still read every few seconds: the later ones count.
  const readAt = Math.max(stats.data?.readAt ?? 0, counters?.readAt ?? 0);
  const isStreamed = status === 'sending' && counters !== undefined && counters.readAt === readAt;
  const time = (instant: string): string => at(instant, 'dayTime');
  const day = (text: string): string => onDay(text, 'weekday', t.locale);
  return (
    <>
      {status === 'paused' || status === 'failed' ? (
        <Block
          title={statusReason === null ? words.pausedTitle : words.stoppedTitle}
          tone={status === 'failed' ? 'bad' : 'warn'}
        >
          <p dir="auto">{withTimes(statusReason ?? '', time)}</p>
        </Block>
      ) : null}
      <div className={styles.line}>
        {waitingFor !== null && status !== 'paused' ? (
          <p>{words.waiting(waitingWords(waitingFor, t, time, day))}</p>
        ) : null}
        {status === 'sending' && readAt > 0 ? <Freshness live={live} time={at(readAt, 'seconds')} /> : null}
      </div>
      <Loaded query={stats} what={words.funnelTitle} lines={8}>
        {(data) => <Numbers id={id} stats={data} counters={isStreamed ? counters : undefined} />}
      </Loaded>
    </>
  );
}

/** How old the numbers are, and whether new ones come by themselves. */
function Freshness({ live, time }: { live: LiveState; time: string }) {
  const t = useText();
  if (live === 'live') {
    return (
      <p className={styles.live} data-live="on">
        {t.campaign.live(time)}
      </p>
    );
  }
  return <p className={styles.live}>{live === 'trying' ? t.campaign.liveOff(time) : t.states.asOf(time)}</p>;
}

function Numbers({ id, stats, counters }: { id: string; stats: Stats; counters: Counters | undefined }) {
  const t = useText();
  const words = t.campaign;
  const counts = counters ?? stats.stats;
  const { total, sent, delivered, read, responded } = counts;
  const part = (count: number): number => (total === 0 ? 0 : Math.min(1, count / total));
  const of = (count: number, whole: number): string => t.percent(percent(count, whole));
  const { averageSecondsToDelivered, averageSecondsToRead, averageSecondsToResponse } = stats.timing;
  const typical = [
    [averageSecondsToDelivered, words.typicalArrives],
    [averageSecondsToRead, words.typicalRead],
    [averageSecondsToResponse, words.typicalReply],
  ] as const;
  const timings = typical.flatMap(([value, say]) => (value === null ? [] : [say(duration(value, t.locale))]));
  const people = `/campaigns/${id}/people?status=`;
  const others = [
    ['skipped', words.leftOut, counts.skipped],
    ['failed', words.notDelivered, counts.failed],
    ['opted_out', words.stoppedMarketing, counts.optedOut],
    ['pending', words.waitingPeople, counts.pending],
  ] as const;
  return (
    <>
      <Block title={words.funnelTitle}>
        <Funnel
          finding={
            sent === 0
              ? words.funnelNone
              : words.funnelFinding(sent, percent(delivered, sent), percent(read, delivered))
          }
          note={[words.rates, ...timings].join(' · ')}
          steps={[
            { name: words.chosen, count: t.count(total), part: part(total), tone: 'chosen' },
            {
              name: words.sent,
              count: t.count(sent),
              share: of(sent, total),
              part: part(sent),
              tone: 'sent',
            },
            {
              name: words.arrived,
              count: t.count(delivered),
              share: of(delivered, sent),
              part: part(delivered),
              tone: 'arrived',
            },
            {
              name: words.readPeople,
              count: t.count(read),
              share: of(read, delivered),
              part: part(read),
              tone: 'read',
            },
            {
              name: words.replied,
              count: t.count(responded),
              share: of(responded, delivered),
              part: part(responded),
              tone: 'replied',
            },
          ]}
        />
        <ul className={styles.others}>
          {others.map(([status, name, count]) => (
            <li key={status}>
              <Link href={people + status}>{name}</Link> <strong>{t.count(count)}</strong>
            </li>
          ))}
        </ul>
      </Block>
      <Clicks stats={stats} />
      <HoursBlock stats={stats} />
    </>
  );
}

function HoursBlock({ stats }: { stats: Stats }) {
  const t = useText();
  const words = t.campaign;
  const hours = stats.timeline;
  const { at, plainAt, zoneName } = useTimes(stats.campaign.timeZone);
  const busiest = hours.reduce<Stats['timeline'][number] | undefined>(
    (best, hour) => (best === undefined || hour.sent > best.sent ? hour : best),
    undefined,
  );
  return (
    <Block title={words.hoursTitle}>
      {busiest === undefined ? (
        <p>{words.hoursNone}</p>
      ) : (
        <Bars
          finding={words.hoursFinding(at(busiest.hour, 'dayTime'))}
          head={zoneName === undefined ? words.hour : words.hourIn(zoneName)}
          labels={hours.map(({ hour }) => plainAt(hour, 'dayTime'))}
          series={[
            { name: words.sent, tone: 'sent', values: hours.map(({ sent }) => sent) },
            { name: words.arrived, tone: 'arrived', values: hours.map(({ delivered }) => delivered) },
            { name: words.readPeople, tone: 'read', values: hours.map(({ read }) => read) },
          ]}
        />
      )}
    </Block>
  );
}
