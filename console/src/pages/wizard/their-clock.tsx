import { wizardWords } from '../../../messages/wizard.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import type { Editing } from './editing.ts';

/** Whether the hours are those of the shop's clock or of each customer's. */
export function TheirClock({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).schedule;
  const { draft, change } = editing;
  return (
    <Toggle
      label={words.theirClock}
      hint={words.theirClockHint}
      isOn={draft.sendInRecipientZone}
      onChange={(sendInRecipientZone) => change({ sendInRecipientZone })}
    />
  );
}
