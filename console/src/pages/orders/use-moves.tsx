import { useState, type ReactNode } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { may, useSession } from '../../api/session.ts';
import { sayAmount } from '../../lib/money.ts';
import { reasonOf } from '../../ui/block/failure.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { change, useChange, type ListedOrder, type Order, type OrderStatus } from './orders.query.ts';
import { nameOf } from './order-name.ts';

type Subject = Omit<ListedOrder, 'items'>;

export interface Moves {
  /** What this person may make of the order: the moves that the API allows. */
  possible: (order: Subject) => readonly OrderStatus[];
  run: (order: Subject, to: OrderStatus, options?: { notify?: boolean; acceptFlags?: boolean }) => void;
  /** It is on its way into another state. */
  moving: { order: Subject; to: OrderStatus } | undefined;
  /** It did not get there, and why. */
  bounced: { id: string; reason: string; count: number } | undefined;
  question: ReactNode;
}

/** One step forward happens at once; the customer has heard of it, so there is no way back. Cancelling asks first. */
export function useMoves(): Moves {
  const t = useText();
  const words = useWords(orderWords);
  const session = useSession();
  const say = useToast();
  const changing = useChange();
  const { ask, question } = useQuestion();
  const [moving, setMoving] = useState<Moves['moving']>();
  const [bounced, setBounced] = useState<Moves['bounced']>();

  const move = (order: Subject, to: OrderStatus, notify: boolean, acceptFlags: boolean): void => {
    setMoving({ order, to });
    setBounced(undefined);
    changing.mutate(() => change.move(order.id, { status: to, notify, acceptFlags }), {
      onSuccess: (now) => {
        const done = words.moved[to](order.orderNumber);
        say({ text: notify ? [done, ...toldOf(now, to)].join(' ') : done });
      },
      onError: (error) => {
        const reason = reasonOf(error, t);
        setBounced((last) => ({ id: order.id, reason, count: (last?.count ?? 0) + 1 }));
        say({ text: `${words.bounced(order.orderNumber)} ${reason}` });
      },
      onSettled: () => setMoving(undefined),
    });
  };
  const toldOf = (order: Order, event: string): string[] => {
    const message = order.messages.findLast((one) => one.event === event);
    if (message === undefined) return [];
    const name = nameOf(order, words);
    const why = message.notSentReason;
    return [why === null ? words.told(name) : words.notTold(name, words.messages.reasons[why] ?? why)];
  };
  const run: Moves['run'] = (order, to, { notify = true, acceptFlags = false } = {}) => {
    if (to !== 'cancelled') {
      move(order, to, notify, acceptFlags);
      return;
    }
    const { orderNumber: number, total, currency } = order;
    ask({
      ...{ title: words.askCancel(number), act: words.moves.cancelled, keep: words.keepOrder },
      text: words.askCancelText(nameOf(order, words), sayAmount(total, currency, t.locale)),
      isDangerous: true,
      onYes: () => move(order, to, notify, acceptFlags),
    });
  };
  const possible: Moves['possible'] = ({ allowedMoves }) =>
    may(session, 'orders:write') ? allowedMoves : [];
  return { possible, run, moving, bounced, question };
}
