import { wizardWords } from '../../../messages/wizard.ts';
import { Block } from '../../ui/block/block.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { StepProps } from './editing.ts';
import { Hours } from './hours.tsx';
import { MoreSettings } from './more-settings.tsx';
import { PerDay } from './per-day.tsx';
import { Start } from './start.tsx';
import { TheirClock } from './their-clock.tsx';
import styles from './wizard.module.css';

export function ScheduleStep({ editing }: StepProps) {
  const words = useWords(wizardWords).schedule;
  return (
    <Block title={words.title} isBare>
      <div className={styles.form}>
        <Start editing={editing} />
        <PerDay editing={editing} />
        <Hours editing={editing} />
        <TheirClock editing={editing} />
        <MoreSettings editing={editing} />
      </div>
    </Block>
  );
}
