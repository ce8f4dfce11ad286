import { Link } from 'wouter';
import { orderWords } from '../../../messages/orders.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import { linesOf } from './address-lines.ts';
import { nameOf } from './order-name.ts';
import type { OrderPart } from './order-part.ts';
import styles from './order.module.css';

export function Customer({ order, open }: OrderPart) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  const session = useSession();
  const { phoneNumber, customerEmail, shippingAddress, customerNotes, reservedUntil, campaignId } = order;
  const lines = linesOf(shippingAddress);
  return (
    <Block
      title={words.customer.title}
      aside={
        open === undefined ? undefined : (
          <Button look="quiet" onPress={() => open({ name: 'customer' })}>
            {words.customer.edit}
          </Button>
        )
      }
    >
      <p className={styles.strong} dir="auto">
        {nameOf(order, words)}
      </p>
      {phoneNumber === null ? null : (
        <p>
          <Phone number={phoneNumber} />
        </p>
      )}
      {customerEmail === null ? null : (
        <p>
          <bdi dir="ltr">{customerEmail}</bdi>
        </p>
      )}
      <address className={styles.address} dir="auto">
        {lines.length === 0 ? <span className={styles.muted}>{words.customer.noAddress}</span> : null}
        {lines.map(([field, line]) => (
          <span key={field}>{line}</span>
        ))}
      </address>
      {customerNotes === null ? null : (
        <div>
          <p className={styles.muted}>{words.customer.said}</p>
          <blockquote className={styles.quote} dir="auto">
            {customerNotes}
          </blockquote>
        </div>
      )}
      {campaignId !== null && may(session, 'campaigns:read') ? (
        <p>
          <Link href={`/campaigns/${campaignId}`}>{words.customer.fromCampaign}</Link>
        </p>
      ) : null}
      {reservedUntil === null || order.status !== 'pending' ? null : (
        <p className={styles.muted}>{words.customer.reservedUntil(at(reservedUntil, 'dayTime'))}</p>
      )}
    </Block>
  );
}
