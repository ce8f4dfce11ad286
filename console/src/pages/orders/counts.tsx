import { orderWords } from '../../../messages/orders.ts';
import { useWords } from '../../ui/language/language.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { optionsOf } from './options.ts';
import { typedCount } from './units.ts';
import type { OrderItem } from './orders.query.ts';
import styles from './counts.module.css';

interface CountsProps {
  items: readonly OrderItem[];
  /** How many of an item there can be at most. */
  mostOf: (item: OrderItem) => number;
  typed: Readonly<Record<string, string>>;
  onType: (typed: Record<string, string>) => void;
}

/** A number for each item, never above what there is. */
export function Counts({ items, mostOf, typed, onType }: CountsProps) {
  const words = useWords(orderWords).fulfil;
  return (
    <ul className={styles.counts}>
      {items.map((item) => {
        const most = mostOf(item);
        const text = typed[item.id] ?? '';
        const count = typedCount(text);
        const isTooMany = count !== undefined && count > most;
        return (
          <li key={item.id}>
            <TextField
              label={[item.productName, optionsOf(item.variantOptions)]
                .filter((one) => one !== '')
                .join(' · ')}
              hint={words.left(most)}
              error={
                count === undefined ? words.wrong : isTooMany ? words.tooMany(most, item.quantity) : undefined
              }
              inputMode="numeric"
              autoComplete="off"
              value={text}
              onChange={(next) => onType({ ...typed, [item.id]: next })}
            />
          </li>
        );
      })}
    </ul>
  );
}
