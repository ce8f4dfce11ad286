import type { ReactNode } from 'react';
import { customersWords } from '../../../messages/customers.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { StarIcon, TagIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import type { CustomerDetails } from './customers.query.ts';
import styles from './customer.module.css';

/** What is not known takes no line. */
export function Profile({ customer }: { customer: CustomerDetails }) {
  const words = useWords(customersWords).one;
  const { at } = useTimes();
  const { phoneNumber, email, username, whatsappUserId, address, city, state, zipcode, country } = customer;
  const { customerTier: tier, tags, createdAt, lastInboundAt } = customer;
  const place = [zipcode, city, state].filter((part) => part !== null).join(', ');
  const rows: readonly [string, ReactNode][] = [
    [words.phone, phoneNumber === null ? null : <Phone number={phoneNumber} />],
    [words.email, email],
    [words.username, username],
    // The user id matters only for people whose number is unknown.
    [words.userId, phoneNumber === null ? whatsappUserId : null],
    [words.address, address],
    [words.place, place === '' ? null : place],
    [words.country, country],
    [
      words.tier,
      tier === null ? null : (
        <Chip tone="accent" icon={<StarIcon aria-hidden size={14} />}>
          <bdi>{tier}</bdi>
        </Chip>
      ),
    ],
    [words.tags, tags.length === 0 ? null : <Tags tags={tags} />],
    [words.lastWrote, lastInboundAt === null ? words.never : at(lastInboundAt, 'full')],
    [words.added, at(createdAt, 'full')],
  ];
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <ul className={styles.tags}>
      {tags.map((tag) => (
        <li key={tag}>
          <Chip icon={<TagIcon aria-hidden size={14} />}>
            <bdi>{tag}</bdi>
          </Chip>
        </li>
      ))}
    </ul>
  );
}
