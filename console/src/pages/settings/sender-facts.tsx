import { settingsWords } from '../../../messages/settings.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Sender } from './senders.query.ts';
import styles from './settings.module.css';

/** What Meta said of a number at the last check. */
export function SenderFacts({ sender }: { sender: Sender }) {
  const all = useWords(settingsWords);
  const words = all.senders;
  const { at } = useTimes();
  const { qualityRating, health, portfolio, throughputPerSecond, currentPerSecond, syncedAt } = sender;
  const limit =
    portfolio === null || (portfolio.messagingLimit === null && !portfolio.isUnlimited)
      ? words.unknown
      : portfolio.messagingLimit === null
        ? words.unlimited
        : words.limitValue(portfolio.messagingLimit, portfolio.usedLast24Hours);
  const rows: [string, string][] = [
    [words.limit, limit],
    [words.quality, words.qualities[qualityRating ?? ''] ?? words.unknown],
    [
      words.speed,
      currentPerSecond < throughputPerSecond
        ? words.speedNow(currentPerSecond, throughputPerSecond)
        : words.speedValue(throughputPerSecond),
    ],
    [words.health, words.healths[health ?? ''] ?? health ?? words.unknown],
    [words.checked, syncedAt === null ? all.never : at(syncedAt, 'dayTime')],
  ];
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
