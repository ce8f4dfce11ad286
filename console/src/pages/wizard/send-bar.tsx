import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { loadSession, serverNow } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { newKey } from '../../lib/new-key.ts';
import { Problem } from '../../lib/problem.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import type { Editing } from './editing.ts';
import { stepThatCures, type Step } from './steps.ts';
import { saveDraft, send, type Forecast } from './wizard.query.ts';
import styles from './outlook.module.css';

interface SendBarProps {
  editing: Editing;
  forecast: Forecast | undefined;
  /** The forecast is of what is shown, and nothing stands in the way. */
  isReady: boolean;
  onGo: (step: Step) => void;
}

/** Above so many people their number has to be typed. */
const MANY = 1_000;
/** The time to think again. */
const GRACE_MS = 20_000;

export function SendBar({ editing, forecast, isReady, onGo }: SendBarProps) {
  const words = useWords(wizardWords);
  const { review } = words;
  const { draft, settle, reload } = editing;
  const { id, name, scheduledFor, dailySendLimit, timeZone } = draft;
  const { at } = useTimes(timeZone);
  const client = useQueryClient();
  const { ask, question } = useQuestion();
  const isLater = typeof scheduledFor === 'string';
  const start = useMutation({
    mutationFn: async (key: string) => {
      await settle();
      if (isLater) return send(id, key);
      // The clock of the installation may have been moved since the page was loaded.
      await loadSession();
      await saveDraft(id, { scheduledFor: new Date(serverNow() + GRACE_MS).toISOString() }, undefined);
      try {
        return await send(id, key);
      } catch (error) {
        await saveDraft(id, { scheduledFor: null }, undefined).catch(() => undefined);
        throw error;
      }
    },
    onSettled: async () => {
      await reload();
      void client.invalidateQueries({ queryKey: keys.campaigns });
    },
  });
  const count = forecast?.recipients.willSend ?? 0;
  const onStart = (): void => {
    const key = newKey();
    const perDay = dailySendLimit === null ? review.asMany : review.perDay(dailySendLimit);
    ask({
      title: review.ask(name),
      text: isLater ? review.askLater(count, at(scheduledFor, 'dayTime')) : review.askText(count, perDay),
      act: isLater ? review.actLater : review.act,
      keep: review.keep,
      typed: count > MANY ? String(count) : undefined,
      onYes: () => start.mutate(key),
    });
  };
  const cure = start.error instanceof Problem ? stepThatCures(start.error.code) : undefined;
  return (
    <>
      {start.isError ? (
        <>
          <Failure title={review.notStarted} error={start.error} />
          {cure === undefined ? null : (
            <p>
              <Button onPress={() => onGo(cure)}>{review.cure(words.steps[cure])}</Button>
            </p>
          )}
        </>
      ) : null}
      <p className={styles.muted}>{review.promise}</p>
      <div className={styles.ends}>
        <LinkButton to="/campaigns?status=draft">{review.later}</LinkButton>
        <Button look="main" isDisabled={!isReady || start.isPending} onPress={onStart}>
          {isLater ? review.schedule(count) : review.start(count)}
        </Button>
      </div>
      {question}
    </>
  );
}
