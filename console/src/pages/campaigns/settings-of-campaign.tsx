import type { ReactNode } from 'react';
import { useTimes } from '../../features/zone/zone.ts';
import { cityOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { useText } from '../../ui/language/language.tsx';
import type { CampaignDetail } from './campaigns.query.ts';
import styles from './campaign.module.css';

export function SettingsOfCampaign({ campaign }: { campaign: CampaignDetail }) {
  const t = useText();
  const words = t.campaign;
  const { at } = useTimes(campaign.timeZone);
  const {
    sendWindowOff,
    sendWindowStart: opens,
    sendWindowEnd: closes,
    dailySendLimit,
    rateLimit,
  } = campaign;
  const time = (instant: string | null): string => (instant === null ? words.none : at(instant, 'dayTime'));
  const hours = sendWindowOff
    ? words.hoursAlways
    : opens === null || closes === null
      ? words.hoursShop
      : `${opens}–${closes}`;
  const rows: [string, ReactNode][] = [
    [words.template, <bdi key="template">{campaign.templateName}</bdi>],
    [words.language, campaign.templateLanguage],
    [words.audience, words.audiences[campaign.targetType] ?? campaign.targetType],
    [words.perDay, dailySendLimit === null ? words.perDayNone : t.count(dailySendLimit)],
    [words.hours, hours],
    [words.zone, t.app.zoneName(cityOf(campaign.timeZone))],
    [words.pace, rateLimit === null ? words.paceNone : words.paceValue(rateLimit)],
    [words.retries, campaign.retryFailed ? t.count(campaign.maxRetries) : words.retriesNone],
    [words.priority, t.count(campaign.priority)],
    [words.tags, campaign.tags.length === 0 ? words.none : campaign.tags.join(', ')],
    [words.created, time(campaign.createdAt)],
    [words.started, time(campaign.startedAt)],
    [words.ended, time(campaign.completedAt)],
  ];
  return (
    <Block title={words.settingsOf}>
      <dl className={styles.settings}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      {campaign.startedAt === null ? null : <p className={styles.muted}>{words.settingsNote}</p>}
    </Block>
  );
}
