import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { cityOf } from '../../lib/when.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import styles from './wizard.module.css';

type Kind = 'shop' | 'any' | 'own';

const DAY = { start: '09:00', end: '21:00' };

/** Between which hours messages go out. A campaign that has hours of its own cannot go back to "whatever the shop has". */
export function Hours({ editing }: { editing: Editing }) {
  const t = useText();
  const words = useWords(wizardWords).schedule;
  const { sendWindow: shop } = useSession().installation;
  const { draft, change } = editing;
  const { sendWindowStart: start, sendWindowEnd: end, sendWindowOff: isOff, timeZone } = draft;
  const saved: Kind = isOff ? 'any' : start === null ? 'shop' : 'own';
  const [picked, setPicked] = useState<Kind>();
  const kind =
    picked ?? (saved === 'own' && shop !== null && start === shop.start && end === shop.end ? 'shop' : saved);
  const set = (window: { start: string; end: string } | null): void => {
    change({ sendWindowStart: window?.start ?? null, sendWindowEnd: window?.end ?? null, ...offOf(window) });
  };
  const pick = (next: Kind): void => {
    setPicked(next);
    if (next === 'shop') set(shop === null ? null : shop);
    else set(next === 'any' ? null : (shop ?? DAY));
  };
  const from = start ?? DAY.start;
  const to = end ?? DAY.end;
  return (
    <Choice
      isRow
      legend={words.hours}
      value={kind}
      onChange={pick}
      options={[
        {
          value: 'shop',
          label: shop === null ? words.hoursShopAny : words.hoursShop(shop.start, shop.end),
        },
        ...(shop === null ? [] : [{ value: 'any' as const, label: words.hoursAny }]),
        {
          value: 'own',
          label: words.hoursOwn,
          children: (
            <>
              <div className={styles.pair}>
                <TextField
                  type="time"
                  label={words.from}
                  value={from}
                  onChange={(value) => set({ start: value, end: to })}
                />
                <TextField
                  type="time"
                  label={words.to}
                  value={to}
                  onChange={(value) => set({ start: from, end: value })}
                />
              </div>
              <p className={styles.muted}>{words.zone(t.app.zoneName(cityOf(timeZone)))}</p>
            </>
          ),
        },
      ]}
    />
  );
}

/** The API derives it from the hours; until it has answered, the page does. */
function offOf(window: object | null): { sendWindowOff?: boolean } {
  return { sendWindowOff: window === null };
}
