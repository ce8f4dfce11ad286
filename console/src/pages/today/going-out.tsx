import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useCampaignEvents, type Counters } from '../../api/events.ts';
import { keys } from '../../api/keys.ts';
import { useCampaignActs } from '../../features/campaign/campaign-acts.tsx';
import type { Campaign } from '../../features/campaign/campaign.query.ts';
import { useNow } from '../../features/now/now.ts';
import { dayOf, onDay } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText } from '../../ui/language/language.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import type { Plans } from './today.query.ts';
import styles from './today.module.css';

/** The campaign that is being sent, live. */
export function GoingOut({ campaign, plans }: { campaign: Campaign; plans: Plans['plans'] }) {
  const t = useText();
  const words = t.today;
  const { id, name, status } = campaign;
  const now = useNow(60_000);
  const live = useCampaignEvents(id);
  const acts = useCampaignActs(campaign);
  // Written by the event stream alone.
  const counters = useQuery<Counters>({ queryKey: keys.counters(id), enabled: false }).data;
  const plan = plans.find((one) => one.campaign.id === id);
  const today = plan?.days.find(({ send_date: day }) => day === dayOf(now, campaign.timeZone));
  const total = counters?.total ?? campaign.totalRecipients;
  const sent = counters?.sent ?? campaign.sentCount;
  // The plan is older than the live count, by which today's share has grown since.
  const grown = Math.max(0, sent - (plan?.sent ?? sent));
  const sentToday = today === undefined ? 0 : Math.min(today.batch_size, today.messages_sent + grown);
  const until = campaign.estimatedCompletionDate;
  return (
    <Block
      title={words.goingOut(name)}
      aside={
        acts.possible.includes('pause') && status === 'sending' ? (
          <Button isDisabled={acts.isBusy} onPress={() => acts.run('pause')}>
            {t.campaigns.pause}
          </Button>
        ) : null
      }
    >
      {acts.question}
      {today === undefined ? null : (
        <p className={styles.lead}>{words.sentToday(sentToday, today.batch_size)}</p>
      )}
      <Progress label={words.goingOut(name)} value={sent} total={total} />
      <p>
        {words.results(
          counters?.delivered ?? campaign.deliveredCount,
          counters?.read ?? campaign.readCount,
          counters?.responded ?? campaign.respondedCount,
        )}
      </p>
      <p className={styles.muted}>
        {words.sentSoFar(sent, total)} {until === null ? '' : words.until(onDay(until, 'day', t.locale))}{' '}
        {live === 'live' ? <span className={styles.live}>{words.live}</span> : null}
      </p>
      <p>
        <Link href={`/campaigns/${id}`}>{words.see}</Link>
      </p>
    </Block>
  );
}
