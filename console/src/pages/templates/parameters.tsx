import { templatesWords } from '../../../messages/templates.ts';
import { Block } from '../../ui/block/block.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { Template } from './templates.query.ts';
import styles from './templates.module.css';

/** What each recipient, or the campaign for all, has to give. */
export function Parameters({ parameters }: { parameters: Template['parameters'] }) {
  const words = useWords(templatesWords).one;
  return (
    <Block title={words.parameters}>
      {parameters.length === 0 ? (
        <p>{words.noParameters}</p>
      ) : (
        <ul className={styles.rows}>
          {parameters.map(({ component, card, index, name, kind, keys: [key], required }) => (
            <li key={`${component} ${card ?? ''} ${index ?? ''} ${name}`}>
              <strong>
                <bdi dir="ltr">{`{{${name}}}`}</bdi>
              </strong>{' '}
              <span className={styles.muted}>
                {[
                  words.places[component],
                  card === null ? undefined : words.card(card + 1),
                  words.kinds[kind],
                  key === undefined ? undefined : words.key(key),
                  required ? undefined : words.optional,
                ]
                  .filter((part) => part !== undefined)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}
