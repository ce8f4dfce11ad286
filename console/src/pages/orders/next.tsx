import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { intent } from '../../lib/intent.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import { change, useChange } from './orders.query.ts';
import { nameOf } from './order-name.ts';
import { unitsLeft } from './units.ts';
import type { Moves } from './use-moves.tsx';
import type { OrderPart } from './order-part.ts';
import styles from './order.module.css';

/** What can be done with the order now, and whether the customer hears of it. */
export function Next({ order, open, moves }: OrderPart & { moves: Moves }) {
  const t = useText();
  const words = useWords(orderWords);
  const say = useToast();
  const [notify, setNotify] = useState(true);
  const [keyOf] = useState(intent);
  const delivering = useChange();
  const { id, status, items, deliveredAt } = order;
  // What is flagged is settled or accepted above.
  const isOdd = order.needsReview && status === 'pending';
  const possible = moves.possible(order).filter((to) => !isOdd || to !== 'confirmed');
  const isBusy = moves.moving !== undefined;
  const maySend = open !== undefined && ['confirmed', 'processing'].includes(status) && items.some(unitsLeft);
  const mayDeliver =
    open !== undefined &&
    order.fulfillmentStatus === 'fulfilled' &&
    deliveredAt === null &&
    status !== 'cancelled';
  const bounced = moves.bounced?.id === id ? moves.bounced.reason : undefined;
  const deliver = (): void =>
    delivering.mutate(() => change.deliver(id, keyOf('deliver')), {
      onSuccess: () => say({ text: words.fulfil.delivered }),
      onError: (error) => say({ text: `${words.fulfil.deliverFailed} ${reasonOf(error, t)}` }),
    });
  if (possible.length === 0 && !mayDeliver && bounced === undefined) return null;
  return (
    <Block title={words.next}>
      <p>{isOdd ? words.nextOdd : words.nextText[status]}</p>
      {bounced === undefined ? null : (
        <p className={styles.bad} role="alert" dir="auto">
          {words.bounced(order.orderNumber)} {bounced}
        </p>
      )}
      <div className={styles.acts}>
        {maySend ? (
          <Button look="main" onPress={() => open({ name: 'fulfil' })}>
            {words.fulfil.open}
          </Button>
        ) : null}
        {possible.map((to) => (
          <Button
            key={to}
            look={to === 'cancelled' ? 'quiet' : status === 'pending' ? 'main' : 'plain'}
            isDisabled={isBusy}
            onPress={() => moves.run(order, to, { notify })}
          >
            {words.moves[to]}
          </Button>
        ))}
        {mayDeliver ? (
          <Button isDisabled={delivering.isPending} onPress={deliver}>
            {words.fulfil.deliver}
          </Button>
        ) : null}
      </div>
      {possible.length === 0 ? null : (
        <Toggle label={words.tell(nameOf(order, words))} isOn={notify} onChange={setNotify} />
      )}
    </Block>
  );
}
