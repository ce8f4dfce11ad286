import type { ReactNode } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import {
  ArchiveIcon,
  CheckIcon,
  CircleIcon,
  ClockIcon,
  PaidIcon,
  ParcelIcon,
  ReadIcon,
  RefundIcon,
  SkippedIcon,
  WarnIcon,
} from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { ListedOrder, OrderStatus } from './orders.query.ts';

interface Look {
  tone: Tone;
  icon: ReactNode;
}

const STATES: Readonly<Record<OrderStatus, Look>> = {
  pending: { tone: 'info', icon: <CircleIcon aria-hidden size={14} /> },
  confirmed: { tone: 'accent', icon: <CheckIcon aria-hidden size={14} /> },
  processing: { tone: 'accent', icon: <ClockIcon aria-hidden size={14} /> },
  completed: { tone: 'ok', icon: <ReadIcon aria-hidden size={14} /> },
  cancelled: { tone: 'plain', icon: <ArchiveIcon aria-hidden size={14} /> },
  refunded: { tone: 'plain', icon: <RefundIcon aria-hidden size={14} /> },
};

const PAID = <PaidIcon aria-hidden size={14} />;
const PAYMENTS: Readonly<Record<ListedOrder['paymentStatus'], Look>> = {
  unpaid: { tone: 'plain', icon: PAID },
  partial: { tone: 'warn', icon: PAID },
  paid: { tone: 'ok', icon: PAID },
  partially_refunded: { tone: 'warn', icon: <RefundIcon aria-hidden size={14} /> },
  refunded: { tone: 'plain', icon: <RefundIcon aria-hidden size={14} /> },
};

const PARCEL = <ParcelIcon aria-hidden size={14} />;
const FULFILMENTS: Readonly<Record<ListedOrder['fulfillmentStatus'], Look>> = {
  unfulfilled: { tone: 'plain', icon: PARCEL },
  partially_fulfilled: { tone: 'warn', icon: PARCEL },
  fulfilled: { tone: 'ok', icon: PARCEL },
};

export function OrderStateChip({ status }: { status: OrderStatus }) {
  return <Chip {...STATES[status]}>{useWords(orderWords).status[status]}</Chip>;
}

type Standing = Pick<ListedOrder, 'status' | 'paymentStatus' | 'fulfillmentStatus' | 'needsReview'>;

/** Paid? Sent? To be looked at? */
export function Standing({ order }: { order: Standing }) {
  const words = useWords(orderWords);
  const { status, paymentStatus, fulfillmentStatus, needsReview } = order;
  const isOver = status === 'cancelled' || status === 'refunded';
  return (
    <>
      {needsReview && status === 'pending' ? (
        <Chip tone="bad" icon={<WarnIcon aria-hidden size={14} />}>
          {words.review}
        </Chip>
      ) : null}
      <Chip {...PAYMENTS[paymentStatus]}>{words.payment[paymentStatus]}</Chip>
      {isOver && fulfillmentStatus === 'unfulfilled' ? (
        <Chip tone="plain" icon={<SkippedIcon aria-hidden size={14} />}>
          {words.fulfilment.unfulfilled}
        </Chip>
      ) : (
        <Chip {...FULFILMENTS[fulfillmentStatus]}>{words.fulfilment[fulfillmentStatus]}</Chip>
      )}
    </>
  );
}
