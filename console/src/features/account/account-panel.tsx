import { useId, useState } from 'react';
import { signOut, useSession } from '../../api/session.ts';
import { cityOf } from '../../lib/when.ts';
import { Button } from '../../ui/button/button.tsx';
import { useText } from '../../ui/language/language.tsx';
import { remember, remembered, showTheme } from '../../ui/memory.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { useZoneChoice } from '../zone/zone.ts';
import styles from './account-panel.module.css';

/** The account: how the page looks, in which zone times are shown, and the way out. The browser opens and closes it. */
export function AccountPanel() {
  const t = useText();
  const { user, installation } = useSession();
  const say = useToast();
  const id = useId();
  const zone = useZoneChoice();
  const [theme, setTheme] = useState(remembered('theme') ?? 'system');
  return (
    <>
      <button
        type="button"
        className={styles.opener}
        popoverTarget={id}
        aria-label={t.app.account(user.name)}
      >
        <span aria-hidden className={styles.initial}>
          {String.fromCodePoint(user.name.codePointAt(0) ?? 0x3f).toUpperCase()}
        </span>
      </button>
      <div popover="auto" id={id} className={styles.panel}>
        <p className={styles.name} dir="auto">
          {user.name}
        </p>
        {user.email === null ? null : <p className={styles.email}>{user.email}</p>}
        <Choice
          title={t.app.theme}
          options={(['system', 'light', 'dark'] as const).map((value) => [value, t.app.themes[value]])}
          value={theme}
          onChange={(value) => {
            remember('theme', value);
            showTheme(value);
            setTheme(value);
          }}
        />
        {zone.choose === undefined || zone.device === zone.organization ? null : (
          <Choice
            title={t.app.zone}
            options={[
              ['organization', t.app.zoneOrganization(cityOf(zone.organization))],
              ['device', t.app.zoneDevice(cityOf(zone.device))],
            ]}
            value={zone.chosen}
            onChange={(value) => zone.choose?.(value)}
          />
        )}
        <Button onPress={() => void signOut().catch(() => say({ text: t.app.stillSignedIn }))}>
          {t.app.signOut}
        </Button>
        <p className={styles.email}>{t.app.version(installation.version)}</p>
      </div>
    </>
  );
}

interface ChoiceProps<T extends string> {
  title: string;
  options: readonly (readonly [T, string])[];
  value: string;
  onChange: (value: T) => void;
}

function Choice<T extends string>({ title, options, value, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choice}>
      <legend>{title}</legend>
      {options.map(([option, label]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
