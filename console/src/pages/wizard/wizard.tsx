import { Link, Redirect, useLocation } from 'wouter';
import { serverNow } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { LinkButton } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Saved } from './saved.tsx';
import { Name } from './name.tsx';
import { MessageStep } from './message-step.tsx';
import { PeopleStep } from './people-step.tsx';
import { PersonaliseStep } from './personalise-step.tsx';
import { Preview } from './preview.tsx';
import { usePreviewPeople } from './preview-people.ts';
import { ReviewStep } from './review-step.tsx';
import { ScheduleStep } from './schedule-step.tsx';
import { StepLinks } from './step-links.tsx';
import { firstOpen, marksOf, STEPS, type Step } from './steps.ts';
import { useEditing } from './editing.ts';
import { useListed, useTemplate, type Draft } from './wizard.query.ts';
import styles from './wizard.module.css';

interface WizardProps {
  campaign: Draft;
  etag: string | undefined;
  step: string | undefined;
}

const CONTENT = {
  message: MessageStep,
  people: PeopleStep,
  personalise: PersonaliseStep,
  schedule: ScheduleStep,
  review: ReviewStep,
} as const;

/** The steps share one draft, which saves itself; each can be left and found again. */
export function Wizard({ campaign, etag, step }: WizardProps) {
  const words = useWords(wizardWords);
  const editing = useEditing(campaign, etag);
  const { draft, flush } = editing;
  const { id, name, templateName, templateLanguage, totalRecipients } = draft;
  const template = useTemplate(templateName, templateLanguage).data;
  const listed = useListed(id, totalRecipients).data?.data ?? [];
  const people = usePreviewPeople(draft, template?.parameters ?? [], listed);
  const [, navigate] = useLocation();
  const marks = marksOf({ draft, template, listed: listed[0], now: serverNow() });
  const here = STEPS.find((known) => known === step);
  if (here === undefined) return <Redirect to={`/campaigns/${id}/edit/${firstOpen(marks)}`} replace />;
  const Content = CONTENT[here];
  const go = async (to: Step): Promise<void> => {
    if (await flush()) navigate(`/campaigns/${id}/edit/${to}`);
  };
  return (
    <Page
      title={name}
      windowTitle={`${words.steps[here]} · ${name}`}
      aside={<Name editing={editing} />}
      actions={<Saved editing={editing} />}
    >
      <StepLinks id={id} here={here} marks={marks} />
      <div className={styles.columns}>
        <div className={styles.step}>
          <Content
            key={here}
            editing={editing}
            template={template}
            listed={listed}
            people={people}
            marks={marks}
            onGo={(to) => void go(to)}
          />
        </div>
        <Preview editing={editing} people={people} />
        {here === 'review' ? null : <Ways id={id} here={here} />}
      </div>
    </Page>
  );
}

function Ways({ id, here }: { id: string; here: Step }) {
  const words = useWords(wizardWords);
  const t = useText();
  const place = STEPS.indexOf(here);
  const before = STEPS[place - 1];
  const after = STEPS[place + 1];
  return (
    <div className={styles.ways}>
      {before === undefined ? (
        <Link href="/campaigns">{t.campaigns.title}</Link>
      ) : (
        <LinkButton to={`/campaigns/${id}/edit/${before}`}>{t.states.back}</LinkButton>
      )}
      {after === undefined ? null : (
        <LinkButton to={`/campaigns/${id}/edit/${after}`} look="main">
          {words.next(words.steps[after])}
        </LinkButton>
      )}
    </div>
  );
}
