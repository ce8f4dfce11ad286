import { settingsWords } from '../../../messages/settings.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { LiveIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { chosenOf } from './kind-groups.ts';
import styles from './settings.module.css';

/** What an address hears of, in the words of the form. */
export function WebhookKinds({ kinds }: { kinds: readonly string[] }) {
  const words = useWords(settingsWords).webhooks.groups;
  const { isEverything, groups, single } = chosenOf(kinds);
  const names = [
    ...(isEverything ? [words['*']] : []),
    ...groups.map((group) => words[group]),
    ...single.split(', ').filter((kind) => kind !== ''),
  ];
  return (
    <ul className={styles.tags}>
      {names.map((name) => (
        <li key={name}>
          <Chip icon={<LiveIcon aria-hidden size={14} />}>
            <bdi>{name}</bdi>
          </Chip>
        </li>
      ))}
    </ul>
  );
}
