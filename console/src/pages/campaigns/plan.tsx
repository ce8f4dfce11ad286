import { onDay } from '../../lib/when.ts';
import { Bars } from '../../ui/bars/bars.tsx';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useText } from '../../ui/language/language.tsx';
import { useSchedule, type CampaignDetail } from './campaigns.query.ts';

/** Who is written to on which day. */
export function Plan({ campaign }: { campaign: CampaignDetail }) {
  const t = useText();
  const words = t.campaign;
  const schedule = useSchedule(campaign.id);
  return (
    <Block title={words.planTitle}>
      <Loaded query={schedule} what={words.planTitle} lines={6}>
        {(days) =>
          days.length === 0 ? (
            <p>{words.planNone}</p>
          ) : (
            <Bars
              finding={words.planFinding(
                days.reduce((sum, { batch_size: size }) => sum + size, 0),
                days.length,
                onDay(days.at(-1)?.send_date ?? '', 'weekday', t.locale),
              )}
              head={words.day}
              labels={days.map(({ send_date: day }) => onDay(day, 'weekday', t.locale))}
              series={[
                { name: words.planned, tone: 'planned', values: days.map(({ batch_size: size }) => size) },
                { name: words.sent, tone: 'read', values: days.map(({ messages_sent: sent }) => sent) },
              ]}
              extra={{
                name: t.campaigns.state,
                values: days.map(({ status }) => words.dayState[status] ?? status),
              }}
            />
          )
        }
      </Loaded>
    </Block>
  );
}
