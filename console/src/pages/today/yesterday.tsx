import type { UseQueryResult } from '@tanstack/react-query';
import { percent } from '../../lib/share.ts';
import { Block } from '../../ui/block/block.tsx';
import { useText } from '../../ui/language/language.tsx';
import type { Overview } from './today.query.ts';
import styles from './today.module.css';

/** How yesterday went, against the day before. A day without messages says nothing. */
export function Yesterday({ overview }: { overview: UseQueryResult<Overview> }) {
  const words = useText().today;
  const { data } = overview;
  if (data === undefined || data.yesterday.sent === 0) return null;
  const { yesterday, dayBefore } = data;
  const arrived = percent(yesterday.arrived, yesterday.sent);
  const change = dayBefore.sent === 0 ? undefined : arrived - percent(dayBefore.arrived, dayBefore.sent);
  return (
    <Block title={words.yesterday}>
      <p>
        {words.yesterdaySent(yesterday.sent, arrived)}{' '}
        {change === undefined ? null : <span className={styles.muted}>{words.change(change)}</span>}
      </p>
      <p>{words.yesterdayResults(yesterday.read, yesterday.replied)}</p>
      {(yesterday.orders ?? []).map(({ currency, count, total }) => (
        <p key={currency}>{words.yesterdayOrders(count, currency, total)}</p>
      ))}
    </Block>
  );
}
