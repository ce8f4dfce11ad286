import type { MetaMessage } from './meta.ts';
import type { Finding } from './verdict.ts';

interface JudgedCampaign {
  id: string;
  template: string;
}

export interface JudgedRecipient {
  id: string;
  campaignId: string;
  phone: string;
  status: string;
  /** Attempts, which we write down before making them. */
  attempts: number;
  errorCode: number | null;
  failureReason: string | null;
  wamid: string | null;
}

/** A row of the message log. */
export interface JudgedAttempt {
  recipientId: string;
  attempt: number;
  status: string;
  wamid: string | null;
  /** Meta's answer came, and was stored. */
  isAnswered: boolean;
}

interface Deliveries {
  campaigns: readonly JudgedCampaign[];
  recipients: readonly JudgedRecipient[];
  attempts: readonly JudgedAttempt[];
  messages: readonly MetaMessage[];
}

export interface JudgedDeliveries {
  findings: Finding[];
  /** Failed as `unconfirmed`, and Meta really never accepted the attempt: from here we cannot know. */
  neverSeen: number;
  /** Answers of Meta that reached no process: what the kills really hit. */
  answersLost: number;
}

/** Four attempts in all. */
const MOST_ATTEMPTS = 4;
const UNDELIVERABLE = 131026;
const SETTLED = ['sent', 'delivered', 'read', 'responded', 'failed', 'skipped', 'opted_out'];
const NOT_WRITTEN_TO = ['skipped', 'opted_out'];
const TOLD = ['read', 'delivered', 'sent', 'failed'] as const;

/** The result of a message, by the statuses that were reported; undefined: none was reported. */
function outcomeOf({ statuses }: MetaMessage): (typeof TOLD)[number] | undefined {
  return TOLD.find((status) => statuses.includes(status));
}

function attemptOf({ callback }: MetaMessage): { recipientId: string; attempt: number } {
  const [recipientId = '', attempt = ''] = (callback ?? '').split(':');
  return { recipientId, attempt: Number(attempt) };
}

/**
 * Compares the stored state of every recipient with what the simulator did. Number and template tell which recipient
 * a message belongs to, so a mistake in what we write into messages cannot hide a second one.
 */
export function judgeDeliveries({ campaigns, recipients, attempts, messages }: Deliveries): JudgedDeliveries {
  const campaignOf = new Map(campaigns.map(({ id, template }) => [template, id]));
  const received = new Map<string, MetaMessage[]>();
  for (const message of messages) {
    if (message.template === undefined) continue;
    const key = `${campaignOf.get(message.template) ?? ''} +${message.to}`;
    received.set(key, [...(received.get(key) ?? []), message]);
  }
  const campaignsOf = new Map<string, number>();
  for (const { phone } of recipients) campaignsOf.set(phone, (campaignsOf.get(phone) ?? 0) + 1);

  const findings: Finding[] = [];
  let neverSeen = 0;
  for (const recipient of recipients) {
    const key = `${recipient.campaignId} ${recipient.phone}`;
    const judged = judgeRecipient(recipient, received.get(key) ?? [], campaignsOf.get(recipient.phone) !== 1);
    received.delete(key);
    findings.push(...judged.findings);
    if (judged.neverSeen) neverSeen += 1;
  }
  for (const [key, strays] of received) {
    findings.push({
      promise: 'twice',
      about: `${key} is not a recipient, but got ${strays.length} messages`,
    });
  }
  const logged = new Map(attempts.map((row) => [`${row.recipientId}:${row.attempt}`, row]));
  findings.push(...judgeLog(logged, messages, recipients));
  const answersLost = messages.filter(
    ({ answer, callback = '' }) => answer === 'accepted' && logged.get(callback)?.isAnswered === false,
  ).length;
  return { findings, neverSeen, answersLost };
}

function judgeRecipient(
  recipient: JudgedRecipient,
  messages: readonly MetaMessage[],
  isInSeveral: boolean,
): { findings: Finding[]; neverSeen: boolean } {
  const findings: Finding[] = [];
  const find = (promise: Finding['promise'], what: string): void => {
    findings.push({ promise, about: `${what}: ${describe(recipient, messages)}` });
  };
  const { status, attempts, failureReason } = recipient;
  const last = messages.at(-1);
  const lastAttempt = last === undefined ? 0 : attemptOf(last).attempt;
  const isUnconfirmed = status === 'failed' && failureReason === 'unconfirmed';

  messages.forEach((message, index) => {
    const next = messages[index + 1];
    if (attemptOf(message).recipientId !== recipient.id)
      find('states', 'carries the id of another recipient');
    if (attemptOf(message).attempt !== index + 1)
      find('twice', 'was retried while the previous attempt was unanswered, or an attempt is missing');
    if (next !== undefined && outcomeOf(message) !== 'failed')
      find('twice', 'was sent again although nothing had failed');
  });
  if (messages.length > MOST_ATTEMPTS) find('twice', 'was attempted too often');
  if (lastAttempt > attempts) find('states', 'has an attempt that we have no record of');
  if (last !== undefined && attempts > lastAttempt && outcomeOf(last) !== 'failed')
    find('twice', 'started a new attempt although nothing had failed');

  if (!SETTLED.includes(status)) {
    find('stuck', 'is not settled');
    return { findings, neverSeen: false };
  }
  if (last === undefined || attempts > lastAttempt) {
    const isExcused = last === undefined && attempts === 0 && isInSeveral && NOT_WRITTEN_TO.includes(status);
    if (!isUnconfirmed && !isExcused) find('lost', 'Meta never saw it, and we say otherwise');
    return { findings, neverSeen: isUnconfirmed };
  }
  if (isUnconfirmed) find('lost', 'Meta accepted and reported it, and we do not know');
  else if (!agrees(recipient, last, isInSeveral)) find('states', "our state differs from Meta's");
  else if (recipient.wamid !== last.id && !NOT_WRITTEN_TO.includes(status))
    find('states', `the id of the message is ${last.id}`);
  if (
    status === 'failed' &&
    !isUnconfirmed &&
    last.errorCode === UNDELIVERABLE &&
    messages.length < MOST_ATTEMPTS
  )
    find('retries', 'was given up too early');
  return { findings, neverSeen: false };
}

function agrees({ status, errorCode }: JudgedRecipient, last: MetaMessage, isInSeveral: boolean): boolean {
  const outcome = outcomeOf(last);
  // A reply without a quote counts for the latest message to that customer, which may be another campaign's.
  if (status === 'responded') return outcome === 'read' || (isInSeveral && outcome !== 'failed');
  if (outcome === 'failed') {
    // A customer may say STOP, in another campaign, between a failure and the next attempt.
    if (NOT_WRITTEN_TO.includes(status)) return isInSeveral;
    return status === 'failed' && errorCode === (last.errorCode ?? null);
  }
  return status === outcome;
}

function judgeLog(
  logged: ReadonlyMap<string, JudgedAttempt>,
  messages: readonly MetaMessage[],
  recipients: readonly JudgedRecipient[],
): Finding[] {
  // A customer who replies has read the message, whether or not Meta reported it. Whether a reply is allowed is
  // judged with the recipient.
  const answered = new Set(recipients.filter(({ status }) => status === 'responded').map(({ id }) => id));
  const findings: Finding[] = [];
  for (const message of messages) {
    if (message.template === undefined) continue;
    const row = logged.get(message.callback ?? '');
    const outcome = outcomeOf(message);
    const isRead = row?.status === 'read' && answered.has(row.recipientId);
    if ((row?.status === outcome || isRead) && row?.wamid === message.id) continue;
    const said = row === undefined ? 'nothing' : `${row.status} ${row.wamid ?? 'without an id'}`;
    const about = `${message.callback ?? ''} is ${outcome ?? 'unreported'} ${message.id}, the log says ${said}`;
    findings.push({ promise: 'log', about });
  }
  return findings;
}

function describe(
  { phone, status, attempts, errorCode, failureReason }: JudgedRecipient,
  messages: readonly MetaMessage[],
): string {
  const reason = [errorCode, failureReason].filter((part) => part !== null).join(' ');
  const told = messages.map((message) => {
    const { attempt } = attemptOf(message);
    return `#${attempt} ${message.statuses.join('+') || 'unreported'} ${message.errorCode ?? ''}`.trim();
  });
  const ours = `${status}${reason === '' ? '' : ` (${reason})`} after ${attempts} attempts`;
  return `${phone} is ${ours}; Meta: ${told.join(', ') || 'nothing'}`;
}
