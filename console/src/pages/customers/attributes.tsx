import { customersWords } from '../../../messages/customers.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { when } from '../../lib/when.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { dateKindOf, type AttributeNode } from './attribute-tree.ts';
import styles from './attributes.module.css';

/** From here on what is deeper opens on request. */
const OPEN_LEVELS = 2;

export function Attributes({ node, level = 1 }: { node: AttributeNode; level?: number }) {
  const words = useWords(customersWords).one;
  const t = useText();
  switch (node.kind) {
    case 'value':
      return <Value value={node.value} />;
    case 'values':
      return node.values.length === 0 ? (
        <span className={styles.nothing}>{words.nothing}</span>
      ) : (
        <ul className={styles.values}>
          {node.values.map((value, index) => (
            <li key={`${index}`}>
              <Value value={value} />
            </li>
          ))}
        </ul>
      );
    case 'fields':
      return (
        <dl className={styles.fields}>
          {node.fields.map(([name, part], index) => (
            <div key={`${index}`} className={isFlat(part) ? styles.line : styles.branch}>
              <dt dir="auto">{name}</dt>
              <dd>
                {isFlat(part) || level < OPEN_LEVELS ? (
                  <Attributes node={part} level={level + 1} />
                ) : (
                  <details>
                    <summary>{words.entries(sizeOf(part))}</summary>
                    <Attributes node={part} level={level + 1} />
                  </details>
                )}
              </dd>
            </div>
          ))}
        </dl>
      );
    case 'entries':
      return (
        <ol className={styles.entries}>
          {node.entries.map((entry, index) => (
            <li key={`${index}`}>
              <span className={styles.position} aria-hidden>
                {t.count(index + 1)}
              </span>
              <Attributes node={entry} level={level + 1} />
            </li>
          ))}
        </ol>
      );
  }
}

const isFlat = (node: AttributeNode): boolean => node.kind === 'value' || node.kind === 'values';

function sizeOf(node: AttributeNode): number {
  if (node.kind === 'fields') return node.fields.length;
  return node.kind === 'entries' ? node.entries.length : 1;
}

function Value({ value }: { value: string | number | boolean | null }) {
  const words = useWords(customersWords).one;
  const { locale } = useText();
  const { at } = useTimes();
  if (value === null || value === '') return <span className={styles.nothing}>{words.nothing}</span>;
  if (typeof value === 'boolean') return <span>{value ? words.yes : words.no}</span>;
  // As it is stored: whether a number is an amount, a year or an id is not known here.
  if (typeof value === 'number') return <bdi>{String(value)}</bdi>;
  const kind = dateKindOf(value);
  if (kind === 'day') return <bdi>{when(`${value}T12:00:00Z`, 'dayYear', 'UTC', locale)}</bdi>;
  return <bdi dir="auto">{kind === 'instant' ? at(value, 'full') : value}</bdi>;
}
