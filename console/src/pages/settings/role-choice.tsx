import { settingsWords } from '../../../messages/settings.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { CheckIcon, CloseIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Role } from './users.query.ts';
import styles from './role-choice.module.css';

const ROLES: readonly Role[] = ['viewer', 'order_desk', 'manager', 'owner'];

/** A role, with what it may do and what not. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const words = useWords(settingsWords).users;
  return (
    <Choice
      legend={words.role}
      value={value}
      onChange={onChange}
      options={ROLES.map((role) => ({
        value: role,
        label: words.roles[role],
        children: (
          <div className={styles.lists}>
            <Able title={words.may} items={words.allowed[role]} isAllowed />
            {words.forbidden[role].length === 0 ? null : (
              <Able title={words.mayNot} items={words.forbidden[role]} isAllowed={false} />
            )}
          </div>
        ),
      }))}
    />
  );
}

function Able({ title, items, isAllowed }: { title: string; items: readonly string[]; isAllowed: boolean }) {
  return (
    <div className={isAllowed ? styles.may : styles.mayNot}>
      <p className={styles.title}>{title}</p>
      <ul aria-label={title}>
        {items.map((item) => (
          <li key={item}>
            {isAllowed ? <CheckIcon aria-hidden size={16} /> : <CloseIcon aria-hidden size={16} />}
            <span>{item}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
