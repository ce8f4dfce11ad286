import { useState } from 'react';
import { serverNow } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { addDays, cityOf, dayOf } from '../../lib/when.ts';
import { instantOf, wallTimeOf, type WallTime } from '../../lib/wall-time.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { Editing } from './editing.ts';
import styles from './wizard.module.css';

/** Now, or on a day at a time: by the clocks of the campaign. */
export function Start({ editing }: { editing: Editing }) {
  const t = useText();
  const words = useWords(wizardWords).schedule;
  const { draft, change } = editing;
  const { scheduledFor, timeZone: zone } = draft;
  const saved = typeof scheduledFor === 'string' ? wallTimeOf(scheduledFor, zone) : undefined;
  // What is being typed may be no time yet, or one that has passed; only what can be saved is given on.
  const [typed, setTyped] = useState<WallTime>();
  const shown = typed ?? saved;
  const instant = shown === undefined ? undefined : instantOf(shown, zone);
  const isPast = instant !== undefined && instant <= serverNow();
  const take = (next: WallTime): void => {
    const at = instantOf(next, zone);
    const isGood = at !== undefined && at > serverNow();
    setTyped(next);
    if (isGood) change({ scheduledFor: new Date(at).toISOString() });
  };
  const pick = (kind: 'now' | 'later'): void => {
    if (kind === 'later') take({ day: addDays(dayOf(serverNow(), zone), 1), time: '10:00' });
    else {
      setTyped(undefined);
      change({ scheduledFor: null });
    }
  };
  const leapt = instant === undefined || shown === undefined ? undefined : wallTimeOf(instant, zone);
  const error = instant === undefined ? words.noTime : isPast ? words.past : undefined;
  return (
    <Choice
      legend={words.start}
      value={shown === undefined ? 'now' : 'later'}
      onChange={pick}
      options={[
        { value: 'now', label: words.now, hint: words.nowHint },
        {
          value: 'later',
          label: words.later,
          children:
            shown === undefined ? null : (
              <>
                <div className={styles.pair}>
                  <TextField
                    type="date"
                    label={words.day}
                    min={dayOf(serverNow(), zone)}
                    error={error}
                    value={shown.day}
                    onChange={(day) => take({ ...shown, day })}
                  />
                  <TextField
                    type="time"
                    label={words.time}
                    value={shown.time}
                    onChange={(time) => take({ ...shown, time })}
                  />
                </div>
                {leapt !== undefined && leapt.time !== shown.time ? (
                  <p className={styles.warn}>{words.leapt(leapt.time)}</p>
                ) : null}
                <p className={styles.muted}>{words.zone(t.app.zoneName(cityOf(zone)))}</p>
              </>
            ),
        },
      ]}
    />
  );
}
