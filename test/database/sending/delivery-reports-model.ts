import fc from 'fast-check';
import type { DeliveryReport, ReportKind } from '../../../src/sending/outcomes/delivery-report.js';
import {
  after,
  graphError,
  report,
  type StoredMessage,
  type StoredRecipient,
} from './delivery-reports-setup.js';

/** What happened to one message, in whatever order and however often it is reported. */
export interface Story {
  answer: 'accepted' | 'held' | 'in-doubt' | 'lost';
  told: readonly { kind: ReportKind; seconds: number }[];
  failure: { code: number; seconds: number } | null;
}

/** The final state of the recipient for each of these codes when nothing arrives. */
const ENDS: Readonly<Record<number, string>> = {
  131026: 'retry',
  131047: 'failed',
  131050: 'opted_out',
  100: 'failed',
};

const ANSWERED_AT = 1;

export const stories = fc.record<Story>({
  answer: fc.constantFrom('accepted', 'accepted', 'accepted', 'held', 'in-doubt', 'lost'),
  told: fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom<ReportKind>('sent', 'delivered', 'read', 'played', 'replied'),
      seconds: fc.integer({ min: 2, max: 40 }),
    }),
    { maxLength: 4, selector: ({ kind }) => kind },
  ),
  failure: fc.option(
    fc.record({
      code: fc.constantFrom(...Object.keys(ENDS).map(Number)),
      seconds: fc.integer({ min: 2, max: 40 }),
    }),
    { freq: 4 },
  ),
});

export function reportsOf(id: string, { answer, told, failure }: Story): DeliveryReport[] {
  const reports = told.map(({ kind, seconds }) =>
    report(id, kind, {
      at: after(seconds),
      attempt: seconds % 2 === 0 ? null : 1,
      ...(kind === 'replied'
        ? { wamid: null, reply: { text: `at ${seconds}`, isClick: seconds % 3 === 0 } }
        : {}),
    }),
  );
  if (answer === 'in-doubt')
    reports.push(report(id, 'in-doubt', { at: after(ANSWERED_AT), wamid: null, error: graphError(131000) }));
  else if (answer !== 'lost') reports.push(report(id, answer, { at: after(ANSWERED_AT) }));
  if (failure !== null)
    reports.push(report(id, 'failed', { at: after(failure.seconds), error: graphError(failure.code) }));
  return reports;
}

type ExpectedRecipient = Partial<StoredRecipient>;
type ExpectedMessage = Partial<StoredMessage>;

/** What a reader of the whole story would record, by independent rules. */
export function expectedRecipient(id: string, story: Story): ExpectedRecipient {
  const { answer, failure } = story;
  const time = (...kinds: ReportKind[]): Date | null => timeOf(story, kinds);
  const [sent, delivered, read, replied] = [
    time('sent'),
    time('delivered'),
    time('read', 'played'),
    time('replied'),
  ];
  const accepted = answer === 'accepted' ? after(ANSWERED_AT) : null;
  const reply = story.told.find(({ kind }) => kind === 'replied');
  const arrivedAs = replied ? 'responded' : read ? 'read' : delivered ? 'delivered' : null;
  const failedAs = failure === null || arrivedAs !== null ? null : (ENDS[failure.code] ?? 'failed');
  const outAs = sent || accepted ? 'sent' : answer === 'held' ? 'held' : 'sending';
  const isWaiting = failedAs === 'retry';
  const hasId = accepted || answer === 'held' || sent || delivered || read || failure;
  return {
    status: arrivedAs ?? failedAs ?? outAs,
    wamid: hasId && !isWaiting ? `wamid.${id}.1` : null,
    sentAt: isWaiting ? null : (accepted ?? sent),
    deliveredAt: delivered,
    readAt: read,
    respondedAt: replied,
    clickedAt: reply && reply.seconds % 3 === 0 ? replied : null,
    response: reply ? `at ${reply.seconds}` : null,
    failedAt: failedAs === null || isWaiting || failure === null ? null : after(failure.seconds),
    code: failedAs === null ? null : (failure?.code ?? null),
  };
}

export function expectedMessage(id: string, story: Story): ExpectedMessage {
  const { answer, failure } = story;
  const [sent, delivered, read] = [
    timeOf(story, ['sent']),
    timeOf(story, ['delivered']),
    timeOf(story, ['read', 'played']),
  ];
  const accepted = answer === 'accepted' ? after(ANSWERED_AT) : null;
  const isReplied = story.told.some(({ kind }) => kind === 'replied');
  const known: [boolean, string][] = [
    [read !== null || isReplied, 'read'],
    [delivered !== null, 'delivered'],
    [failure !== null, 'failed'],
    [sent !== null, 'sent'],
    [answer === 'held', 'held'],
    [answer === 'accepted', 'accepted'],
    [answer === 'in-doubt', 'unknown'],
  ];
  const hasId = accepted ?? sent ?? delivered ?? read ?? failure;
  return {
    status: known.find(([holds]) => holds)?.[1] ?? 'sending',
    wamid: hasId === null && answer !== 'held' ? null : `wamid.${id}.1`,
    acceptedAt: accepted,
    sentAt: sent,
    deliveredAt: delivered,
    readAt: read,
    failedAt: failure === null ? null : after(failure.seconds),
  };
}

function timeOf({ told }: Story, kinds: readonly ReportKind[]): Date | null {
  const seconds = told.filter(({ kind }) => kinds.includes(kind)).map((one) => one.seconds);
  return seconds.length === 0 ? null : after(Math.min(...seconds));
}
