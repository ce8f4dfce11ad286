import { wizardWords } from '../../../messages/wizard.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Checks } from './checks.tsx';
import type { StepProps } from './editing.ts';
import { Outlook } from './outlook.tsx';
import { SendBar } from './send-bar.tsx';
import { TestMessage } from './test-message.tsx';
import { useForecast } from './wizard.query.ts';
import styles from './wizard.module.css';

/** What will happen, before it does. */
export function ReviewStep({ editing, marks, people, onGo }: StepProps) {
  const words = useWords(wizardWords).review;
  const { draft, state, saving } = editing;
  const forecast = useForecast(draft.id, state);
  const isOld = forecast.isPlaceholderData || saving.kind !== 'saved';
  const isPossible = forecast.data?.notReady.length === 0 && marks.schedule !== 'todo';
  return (
    <div className={styles.step}>
      <Block title={words.title}>
        <Loaded query={forecast} what={words.title} lines={6}>
          {(data) => <Outlook draft={draft} forecast={data} />}
        </Loaded>
      </Block>
      {forecast.data === undefined ? null : (
        <Block title={words.checks}>
          <Checks id={draft.id} forecast={forecast.data} marks={marks} />
        </Block>
      )}
      <TestMessage editing={editing} person={people[0]} />
      <SendBar editing={editing} forecast={forecast.data} isReady={!isOld && isPossible} onGo={onGo} />
    </div>
  );
}
