import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { wizardWords } from '../../../messages/wizard.ts';
import { cx } from '../../lib/cx.ts';
import { CheckIcon, FailedIcon, WarnIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import { STEPS, type Mark, type Step } from './steps.ts';
import type { Forecast } from './wizard.query.ts';
import styles from './outlook.module.css';

interface ChecksProps {
  id: string;
  forecast: Forecast;
  marks: Readonly<Record<Step, Mark>>;
}

const ICONS = {
  good: <CheckIcon aria-hidden size={20} />,
  warn: <WarnIcon aria-hidden size={20} />,
  bad: <FailedIcon aria-hidden size={20} />,
} as const;

/** What is in order and what stands in the way, each with the step that cures it. */
export function Checks({ id, forecast, marks }: ChecksProps) {
  const words = useWords(wizardWords);
  const { review } = words;
  // Who is left out stands in the sum already.
  const problems = forecast.problems.filter(({ severity }) => severity !== 'info');
  const isGood = (step: Step): boolean =>
    !problems.some((one) => one.step === step && one.severity === 'error') && marks[step] !== 'todo';
  const isPast = marks.schedule === 'todo';
  return (
    <ul className={styles.checks}>
      {isGood('message') ? <Check tone="good">{review.approved}</Check> : null}
      {isGood('people') ? <Check tone="good">{review.hasPeople}</Check> : null}
      {isGood('personalise') ? <Check tone="good">{review.filled}</Check> : null}
      {isPast ? (
        <Check tone="bad" cure={<Cure id={id} step="schedule" />}>
          {words.schedule.past}
        </Check>
      ) : null}
      {problems.map(({ step, severity, text, sample }) => (
        <Check
          key={step + text}
          tone={severity === 'error' ? 'bad' : 'warn'}
          cure={<Cure id={id} step={STEPS.find((known) => known === step)} />}
        >
          {step === 'personalise' && severity === 'error' ? <Unfilled text={text} /> : text}
          {sample.length === 0 ? null : <Sample numbers={sample} />}
        </Check>
      ))}
    </ul>
  );
}

function Check({
  tone,
  cure,
  children,
}: {
  tone: keyof typeof ICONS;
  cure?: ReactNode;
  children: ReactNode;
}) {
  const words = useWords(wizardWords).review;
  return (
    <li className={cx(styles[tone])}>
      {ICONS[tone]}
      <div>
        <span className="visually-hidden">{`${words[tone]}: `}</span>
        {children} {cure}
      </div>
    </li>
  );
}

function Cure({ id, step }: { id: string; step: Step | undefined }) {
  const words = useWords(wizardWords);
  if (step === undefined) return null;
  return <Link href={`/campaigns/${id}/edit/${step}`}>{words.review.cure(words.steps[step])}</Link>;
}

/** The API names the values as its callers give them; that stands below. */
function Unfilled({ text }: { text: string }) {
  const t = useText();
  const words = useWords(wizardWords).review;
  return (
    <>
      {words.unfilled}
      <details>
        <summary>{t.states.details}</summary>
        <p className={styles.muted}>{text}</p>
      </details>
    </>
  );
}

function Sample({ numbers }: { numbers: readonly string[] }) {
  return (
    <span className={styles.muted}>
      {numbers.map((number) => (
        <span key={number}>
          {' '}
          <Phone number={number} />
        </span>
      ))}
    </span>
  );
}
