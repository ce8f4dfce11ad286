import { Link } from 'wouter';
import { customersWords } from '../../../messages/customers.ts';
import { ConsentChip } from '../../features/people/consent-chip.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { StarIcon, TagIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import type { Customer } from './customers.query.ts';
import styles from './customers.module.css';

const TAGS_SHOWN = 3;

/** One person of the list. */
export function CustomerRow({ customer }: { customer: Customer }) {
  const words = useWords(customersWords);
  const { id, name, phoneNumber, city, customerTier: tier, tags } = customer;
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <Link href={`/customers/${id}`} className={styles.name} dir="auto">
          {name ?? (phoneNumber === null ? words.noName : <Phone number={phoneNumber} />)}
        </Link>
        <p className={styles.muted}>
          {name !== null && phoneNumber !== null ? <Phone number={phoneNumber} /> : null}
          {phoneNumber === null ? <span>{words.noNumber}</span> : null}
          {city === null ? null : <bdi>{city}</bdi>}
        </p>
      </div>
      <ul className={styles.tags}>
        {tier === null ? null : (
          <li>
            <Chip tone="accent" icon={<StarIcon aria-hidden size={14} />}>
              <span className="visually-hidden">{words.filters.tier} </span>
              <bdi>{tier}</bdi>
            </Chip>
          </li>
        )}
        {tags.slice(0, TAGS_SHOWN).map((tag) => (
          <li key={tag}>
            <Chip icon={<TagIcon aria-hidden size={14} />}>
              <bdi>{tag}</bdi>
            </Chip>
          </li>
        ))}
        {tags.length > TAGS_SHOWN ? (
          <li className={styles.muted}>{words.moreTags(tags.length - TAGS_SHOWN)}</li>
        ) : null}
      </ul>
      <ConsentChip customer={customer} />
    </li>
  );
}
