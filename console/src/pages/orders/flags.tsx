import { useState } from 'react';
import { Link } from 'wouter';
import { orderWords } from '../../../messages/orders.ts';
import { intent } from '../../lib/intent.ts';
import { newKey } from '../../lib/new-key.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { WarnIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { change, useChange, type Flag, type Order } from './orders.query.ts';
import type { Moves } from './use-moves.tsx';
import type { OrderPart } from './order-part.ts';
import styles from './order.module.css';

const STOCK: readonly Flag[] = ['stock_short', 'reservation_expired', 'paid_without_stock'];
const PRICES: readonly Flag[] = ['price_differs', 'currency_differs', 'bad_price'];

/** What is remarkable about the order, and what can be done about it. */
export function Flags({ order, open, moves }: OrderPart & { moves: Moves }) {
  const t = useText();
  const words = useWords(orderWords);
  const say = useToast();
  const changing = useChange();
  const [keyOf] = useState(intent);
  const { ask, question } = useQuestion();
  const { id, flags, status, orderNumber: number, needsReview } = order;
  if (flags.length === 0) return null;
  const isPending = status === 'pending';
  const settle = (work: () => Promise<Order>, done: (now: Order) => string): void =>
    changing.mutate(work, {
      onSuccess: (now) => say({ text: done(now) }),
      onError: (error) => say({ text: `${words.flags.failed} ${reasonOf(error, t)}` }),
    });
  const prices = (side: 'ours' | 'shown'): void =>
    settle(
      () => change.resolve(id, keyOf(['prices', side, order.updatedAt]), { prices: side }),
      () => words.flags.settled,
    );
  const reserve = (): void =>
    settle(
      // Each press is another try.
      () => change.reserve(id, newKey()),
      (now) =>
        STOCK.some((flag) => now.flags.includes(flag)) ? words.flags.stillShort : words.flags.reserved,
    );
  const accept = (): void =>
    ask({
      ...{ title: words.flags.askAccept(number), text: words.flags.askAcceptText, act: words.flags.accept },
      onYes: () => moves.run(order, 'confirmed', { acceptFlags: true }),
    });
  const has = (some: readonly Flag[]): boolean => flags.some((flag) => some.includes(flag));
  const isOver = ['completed', 'cancelled', 'refunded'].includes(status);
  const twin = order.flagDetails['possible_duplicate'];
  return (
    <Block
      title={needsReview ? words.flags.title : words.flags.titleNote}
      tone={needsReview ? 'bad' : 'warn'}
    >
      {question}
      <ul className={styles.flags}>
        {flags.map((flag) => (
          <li key={flag} className={styles.flag}>
            <WarnIcon aria-hidden size={18} />
            <span>
              {words.flags.words[flag]}{' '}
              {flag === 'possible_duplicate' && isNamed(twin) ? (
                <Link href={`/orders/${twin.orderNumber}`}>
                  <bdi>{twin.orderNumber}</bdi>
                </Link>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {open === undefined ? null : (
        <div className={styles.acts}>
          {isPending && has(PRICES) ? (
            <>
              <Button isDisabled={changing.isPending} onPress={() => prices('ours')}>
                {words.flags.ours}
              </Button>
              <Button isDisabled={changing.isPending} onPress={() => prices('shown')}>
                {words.flags.shown}
              </Button>
            </>
          ) : null}
          {has(STOCK) && !isOver ? (
            <Button isDisabled={changing.isPending} onPress={reserve}>
              {words.flags.reserve}
            </Button>
          ) : null}
          {moves.possible(order).includes('confirmed') ? (
            <Button isDisabled={moves.moving !== undefined} onPress={accept}>
              {words.flags.accept}
            </Button>
          ) : null}
        </div>
      )}
    </Block>
  );
}

function isNamed(details: unknown): details is { orderNumber: string } {
  return (
    typeof details === 'object' &&
    details !== null &&
    'orderNumber' in details &&
    typeof details.orderNumber === 'string'
  );
}
