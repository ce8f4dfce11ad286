import { describe, expect, it } from '@jest/globals';
import { DEAF_PREFIX, peopleOf } from '../../scripts/chaos/campaigns.ts';
import { planDisasters } from '../../scripts/chaos/disasters.ts';
import {
  type JudgedAttempt,
  type JudgedRecipient,
  judgeDeliveries,
  type JudgedDeliveries,
} from '../../scripts/chaos/judge.ts';
import type { MetaMessage } from '../../scripts/chaos/meta.ts';
import { differences, judgeInbound, judgeLedger } from '../../scripts/chaos/other-judges.ts';
import { Missed, Patience } from '../../scripts/chaos/patience.ts';
import { Random } from '../../scripts/chaos/random.ts';

const CAMPAIGNS = [
  { id: 'c1', template: 'one' },
  { id: 'c2', template: 'two' },
];
const PHONE = '+919800000001';

let sequence = 0;

/** The nth attempt to reach recipient r1 of campaign c1, with the statuses that Meta reported. */
function message(attempt: number, statuses: string[], given: Partial<MetaMessage> = {}): MetaMessage {
  sequence += 1;
  return {
    id: `wamid.${attempt}`,
    sequence,
    to: PHONE.slice(1),
    template: 'one',
    callback: `r1:${attempt}`,
    answer: 'accepted',
    statuses,
    ...(statuses.includes('failed') ? { errorCode: 131026 } : {}),
    ...given,
  };
}

function recipient(status: string, attempts: number, given: Partial<JudgedRecipient> = {}): JudgedRecipient {
  return {
    id: 'r1',
    campaignId: 'c1',
    phone: PHONE,
    status,
    attempts,
    errorCode: null,
    failureReason: null,
    wamid: attempts === 0 ? null : `wamid.${attempts}`,
    ...given,
  };
}

/** The log as it has to be. */
function logOf(messages: readonly MetaMessage[]): JudgedAttempt[] {
  return messages.map(({ callback = '', id, statuses }) => {
    const [recipientId = '', attempt] = callback.split(':');
    const status = ['read', 'delivered', 'sent', 'failed'].find((one) => statuses.includes(one)) ?? 'sending';
    return { recipientId, attempt: Number(attempt), wamid: id, status, isAnswered: true };
  });
}

function judge(
  one: JudgedRecipient,
  messages: MetaMessage[],
  others: JudgedRecipient[] = [],
): JudgedDeliveries {
  const attempts = logOf(messages);
  return judgeDeliveries({ campaigns: CAMPAIGNS, recipients: [one, ...others], attempts, messages });
}

const broken = ({ findings }: JudgedDeliveries): string[] => findings.map(({ promise }) => promise);
const FAILED = ['failed'];
const inOtherToo = recipient('skipped', 0, { id: 'r2', campaignId: 'c2' });
const unconfirmed = { failureReason: 'unconfirmed', wamid: null };
const undeliverable = { errorCode: 131026, failureReason: 'not there' };

describe('the judges accept', () => {
  it.each<[string, JudgedRecipient, MetaMessage[], JudgedRecipient[]]>([
    [
      'a recipient who has read the message',
      recipient('read', 1),
      [message(1, ['sent', 'delivered', 'read'])],
      [],
    ],
    [
      'a read message whose delivery was never reported',
      recipient('read', 1),
      [message(1, ['sent', 'read'])],
      [],
    ],
    ['a recipient who replied', recipient('responded', 1), [message(1, ['sent', 'delivered', 'read'])], []],
    ['a reply to the other campaign', recipient('responded', 1), [message(1, ['sent'])], [inOtherToo]],
    ['success after a failure', recipient('sent', 2), [message(1, FAILED), message(2, ['sent'])], []],
    ['four failures', recipient('failed', 4, undeliverable), [1, 2, 3, 4].map((n) => message(n, FAILED)), []],
    ['a recipient who said STOP to the other campaign', recipient('skipped', 0), [], [inOtherToo]],
    ['STOP before the second attempt', recipient('skipped', 1), [message(1, FAILED)], [inOtherToo]],
  ])('%s', (_, one, messages, others) => {
    expect(judge(one, messages, others).findings).toEqual([]);
  });

  it.each([
    ['the first attempt', recipient('failed', 1, unconfirmed), []],
    ['the second attempt', recipient('failed', 2, unconfirmed), [message(1, FAILED)]],
  ])('%s that Meta never saw, but count it', (_, one, messages) => {
    expect(judge(one, messages)).toMatchObject({ findings: [], neverSeen: 1 });
  });
});

describe('the judges find', () => {
  it.each<[string, string, JudgedRecipient, MetaMessage[]]>([
    ['a second message', 'twice', recipient('sent', 2), [message(1, ['sent']), message(2, ['sent'])]],
    ['the same attempt twice', 'twice', recipient('sent', 1), [message(1, FAILED), message(1, ['sent'])]],
    ['an attempt after one that was never answered', 'twice', recipient('sent', 2), [message(2, ['sent'])]],
    [
      'a fifth attempt',
      'twice',
      recipient('sent', 5),
      [...[1, 2, 3, 4].map((attempt) => message(attempt, FAILED)), message(5, ['sent'])],
    ],
    [
      'an attempt that began while the first was in flight',
      'twice',
      recipient('failed', 2, unconfirmed),
      [message(1, ['sent'])],
    ],
    [
      'a message without a recipient',
      'twice',
      recipient('sent', 1),
      [message(1, ['sent']), message(1, [], { to: '1' })],
    ],
    [
      'a message that was given up and arrived',
      'lost',
      recipient('failed', 1, unconfirmed),
      [message(1, ['sent'])],
    ],
    ['a message that was never sent', 'lost', recipient('sent', 1), []],
    ['a recipient skipped for no reason', 'lost', recipient('skipped', 0), []],
    ['a recipient still waiting', 'stuck', recipient('queued', 0), []],
    ['a recipient still in doubt', 'stuck', recipient('sending', 1), [message(1, ['sent'])]],
    ['a status that was missed', 'states', recipient('sent', 1), [message(1, ['sent', 'delivered'])]],
    ['a status that was never reported', 'states', recipient('read', 1), [message(1, ['sent', 'delivered'])]],
    ['a reply that was never sent', 'states', recipient('responded', 1), [message(1, ['sent', 'delivered'])]],
    ['a wrong id', 'states', recipient('sent', 1, { wamid: 'wamid.x' }), [message(1, ['sent'])]],
    ['an attempt that we have no record of', 'states', recipient('sent', 0), [message(1, ['sent'])]],
    ['a wrong error', 'states', recipient('failed', 1, { errorCode: 1 }), [message(1, FAILED)]],
    ['a recipient given up early', 'retries', recipient('failed', 1, undeliverable), [message(1, FAILED)]],
  ])('%s', (_, promise, one, messages) => {
    expect(broken(judge(one, messages))).toContain(promise);
  });

  it('a message that carries the id of another recipient', () => {
    const messages = [message(1, ['sent'], { callback: 'r9:1' })];
    expect(broken(judge(recipient('sent', 1), messages))).toContain('states');
  });

  it('what is wrong in the log, unless a reply proves that the message was read', () => {
    const messages = [message(1, ['sent', 'delivered'])];
    const attempts = [{ recipientId: 'r1', attempt: 1, status: 'read', wamid: 'wamid.1', isAnswered: true }];
    const judged = (status: string) =>
      judgeDeliveries({
        campaigns: CAMPAIGNS,
        recipients: [recipient(status, 1), inOtherToo],
        attempts,
        messages,
      });
    expect(broken(judged('delivered'))).toEqual(['log']);
    expect(broken(judged('responded'))).toEqual([]);
  });
});

it('counts the answers that were given and never stored, apart from those never given', () => {
  const messages = [message(1, ['sent']), message(2, ['sent'], { answer: 'connection-dropped' })];
  const attempts = logOf(messages).map((row) => ({ ...row, isAnswered: false }));
  const recipients = [recipient('sent', 2)];
  const judged = judgeDeliveries({ campaigns: CAMPAIGNS, recipients, attempts, messages });
  expect(judged.answersLost).toBe(1);
});

it('compares counters with the recount, and treats a missing one as zero', () => {
  expect(differences('here', { sent: 3, failed: 0 }, { sent: 3, failed: null })).toEqual([]);
  expect(differences('here', { sent: 3 }, { sent: 2 })).toEqual([
    { promise: 'counters', about: 'here: sent is 2, the recount is 3' },
  ]);
});

it('expects exactly the people in the ledger who were reached or may have been', () => {
  const messages = [message(1, ['sent'], { to: '1' }), message(1, FAILED, { to: '2' })];
  const doubtful = recipient('sending', 1, { phone: '+3' });
  expect(judgeLedger(['+1', '+3'], [doubtful], messages)).toEqual([]);
  expect(judgeLedger(['+2'], [], messages).map(({ about }) => about)).toEqual([
    '+1 was reached and is not counted',
    '+2 was never reached and is counted',
  ]);
});

it('expects every reply once, and a response of each writer', () => {
  const answered = recipient('responded', 1, { phone: '+1' });
  expect(judgeInbound(2, ['+1', '+1'], [answered])).toEqual([]);
  expect(judgeInbound(2, ['+2'], [answered])).toHaveLength(3);
});

it('plans the same disasters for the same seed, all of them mid-campaign', () => {
  const wanted = { kills: 30, postgresRestarts: 2, failovers: 2, queueLosses: 1 };
  const plan = planDisasters(wanted, new Random(7));
  expect(plan).toEqual(planDisasters(wanted, new Random(7)));
  expect(plan).not.toEqual(planDisasters(wanted, new Random(8)));
  expect(plan).toHaveLength(36);
  for (const { at } of plan) expect(at > 0 && at < 0.95).toBe(true);
});

it('puts some people in both campaigns, and some out of reach', () => {
  const [first, second] = peopleOf(1_000);
  expect([first.length, second.length]).toEqual([500, 500]);
  expect(second.filter((phone) => first.includes(phone))).toHaveLength(50);
  expect(first.filter((phone) => phone.startsWith(DEAF_PREFIX))).toHaveLength(3);
});

describe('a wait', () => {
  const patience = new Patience({ stallMs: 50, totalMs: 5_000, signal: new AbortController().signal });

  it('is given up when nothing moves, and reports what it saw last', async () => {
    const look = (): Promise<number> => Promise.resolve(7);
    const waiting = patience.until({ what: 'eight', look, holds: (seen) => seen === 8, everyMs: 5 });
    await expect(waiting).rejects.toThrow(new Missed('eight: nothing moved for 0.05 s; last seen: 7'));
  });

  it('continues while something moves, and through failed looks', async () => {
    let seen = 0;
    const look = (): Promise<number> => {
      seen += 1;
      return seen % 2 === 0 ? Promise.reject(new Error(`no look ${seen}`)) : Promise.resolve(seen);
    };
    expect(await patience.until({ what: '31', look, holds: (now) => now >= 31, everyMs: 5 })).toBe(31);
  });
});
