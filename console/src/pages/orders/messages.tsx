import { orderWords } from '../../../messages/orders.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { nameOf } from './order-name.ts';
import type { Order } from './orders.query.ts';
import styles from './order.module.css';

/** What the customer was told, and what became of it. */
export function Messages({ order }: { order: Order }) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  const { messages } = order;
  return (
    <Block title={words.messages.title}>
      {messages.length === 0 ? (
        <p className={styles.muted}>{words.messages.none}</p>
      ) : (
        <ul className={styles.told} aria-label={words.messages.list}>
          {messages.map(({ event, status, notSentReason: why, at: then }) => (
            <li key={`${event} ${then}`}>
              <p>{words.messages.events[event] ?? event}</p>
              <p className={styles.muted}>
                {why === null
                  ? [words.messages.states[status ?? ''] ?? status ?? '', at(then, 'dayTime')].join(' · ')
                  : words.notTold(nameOf(order, words), words.messages.reasons[why] ?? why)}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}
