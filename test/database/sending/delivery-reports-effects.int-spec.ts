import { describe, expect, it } from '@jest/globals';
import { CampaignLifecycle } from '../../../src/campaigns/lifecycle/lifecycle.service.js';
import { Consents } from '../../../src/customers/consent/consent.service.js';
import { firstOf, rowsOf, sql } from '../../../src/platform/database/sql.js';
import type { ReportKind } from '../../../src/sending/outcomes/delivery-report.js';
import { EXPECTED, type Outcome } from '../../support/error-outcomes.js';
import { after, Desk, graphError, report, type Shop } from './delivery-reports-setup.js';

const desk = Desk.forThisFile();

interface StoredSender {
  status: string;
  pausedBy: string | null;
  reason: string | null;
  until: Date | null;
  usesMarketingApi: boolean;
  heldUntil: Date | null;
}

async function sender(id: string): Promise<StoredSender | undefined> {
  return firstOf(
    desk.database.manager,
    sql`SELECT s.status, s.paused_by AS "pausedBy", s.status_reason AS reason, s.paused_until AS until,
               s.uses_marketing_api AS "usesMarketingApi", p.held_until AS "heldUntil"
          FROM senders s LEFT JOIN sender_pace p ON p.sender_id = s.id WHERE s.id = ${id}`,
  );
}

async function oneOut(): Promise<{ shop: Shop; campaign: string; id: string; waiting: string }> {
  const shop = await desk.shop();
  const campaign = await desk.campaign(shop);
  const [id = '', waiting = ''] = await desk.sending(shop, campaign, 2);
  await desk.set([waiting], { status: 'pending', attempts: 0, slice_id: null });
  return { shop, campaign, id, waiting };
}

function stateAfter({ waits, ends }: Outcome): string {
  if (waits.length > 0) return 'retry';
  return ends === 'in-doubt' ? 'sending' : ends;
}

describe.each(EXPECTED)('$code in an $channel', ({ code, channel, outcome }) => {
  it('changes the rows as the table says', async () => {
    const { shop, campaign, id } = await oneOut();
    const kind: ReportKind = channel === 'answer' ? 'refused' : 'failed';
    if (channel === 'status') await desk.apply([report(id, 'accepted')]);
    const { stoppedCampaigns } = await desk.apply([
      report(id, kind, { error: graphError(code), at: after(2) }),
    ]);

    const recipient = await desk.recipient(id);
    expect(recipient.status).toBe(stateAfter(outcome));
    expect(recipient.retryCount).toBe(outcome.retries > 0 ? 1 : 0);
    if (recipient.status === 'retry') expect([recipient.sliceId, recipient.failedAt]).toEqual([null, null]);
    if (recipient.status !== 'sending') expect(recipient.code).toBe(code);
    expect(await desk.messages(id)).toMatchObject([
      { status: outcome.ends === 'in-doubt' ? 'unknown' : 'failed', code },
    ]);
    // The second person of the campaign still counts.
    expect(await desk.reach(shop)).toHaveLength(outcome.ends === 'in-doubt' ? 2 : 1);

    const stored = await desk.stored(campaign);
    // An error that stops a campaign after the last retry does not stop it at the first.
    const stops = outcome.retries > 0 ? null : outcome.campaign;
    expect(stored.status).toBe(stops === null ? 'active' : stops === 'pause' ? 'paused' : 'failed');
    expect(stoppedCampaigns.map((one) => one.id)).toEqual(stops === null ? [] : [campaign]);
    if (stops === 'pause')
      expect(stored.reason).toMatch(new RegExp(`^Paused by the engine: .*\\(${code}\\)`));

    const known = await sender(shop.senderId);
    expect(known).toMatchObject({
      status: outcome.stops === null ? 'active' : 'paused',
      pausedBy: outcome.stops === null ? null : 'errors',
      usesMarketingApi: outcome.endpoint === 'marketing_messages',
    });
    expect(known?.until !== null).toBe(outcome.stopsFor !== null);
    expect(known?.heldUntil !== null).toBe(outcome.slows !== null);
  });
});

describe('a customer', () => {
  it('who switched marketing off in WhatsApp is unsubscribed, whichever channel reports it', async () => {
    const { shop, id, waiting } = await oneOut();
    await desk.set([waiting], { status: 'sending', attempts: 1 });
    await desk.apply([
      report(id, 'failed', { error: graphError(131050) }),
      report(waiting, 'refused', { error: graphError(130403) }),
    ]);
    const people = await rowsOf<{ phone_number: string; status: string }>(
      desk.database.manager,
      sql`SELECT phone_number, status FROM campaign_recipients WHERE id = ANY(${[id, waiting]}::uuid[]) ORDER BY id`,
    );
    expect(people.map(({ status }) => status)).toEqual(['opted_out', 'failed']);
    const numbers = people.map((one) => one.phone_number);
    const suppressed = await desk
      .service(Consents)
      .suppressedAmong(desk.database.manager, shop.organizationId, numbers);
    expect([...suppressed].sort()).toEqual(numbers.toSorted());
    const profiles = await rowsOf<{ subscription: string }>(
      desk.database.manager,
      sql`SELECT subscription FROM user_profiles WHERE organization_id = ${shop.organizationId}`,
    );
    expect(profiles.map(({ subscription }) => subscription)).toEqual(['unsubscribed', 'unsubscribed']);
  });
});

describe('senders', () => {
  it('of a locked account stop together, others continue', async () => {
    const { shop, id } = await oneOut();
    const [same, other] = [await desk.sender(shop), await desk.sender(shop, 'another account')];
    await desk.apply([report(id, 'refused', { error: graphError(131031) })]);
    expect(await sender(shop.senderId)).toMatchObject({ status: 'paused' });
    expect(await sender(same)).toMatchObject({ status: 'paused' });
    expect(await sender(other)).toMatchObject({ status: 'active' });
    expect((await sender(shop.senderId))?.reason).toMatch(/^Account locked \(131031\)\./);
  });

  it('change the endpoint three times for one recipient, then the recipient fails', async () => {
    const { shop, campaign, id } = await oneOut();
    for (const attempt of [1, 2, 3, 4]) {
      if (attempt > 1) await desk.sendAgain(shop, campaign, [id], attempt);
      await desk.apply([report(id, 'refused', { attempt, error: graphError(134100) })]);
      expect((await desk.recipient(id)).status).toBe(attempt < 4 ? 'retry' : 'failed');
    }
  });
});

describe('the breaker', () => {
  const refused = (ids: string[], code: number) =>
    ids.map((id) => report(id, 'refused', { error: graphError(code) }));

  it('stops a campaign whose first sends all fail for one cause', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const ids = await desk.sending(shop, campaign, 12);
    await desk.apply(refused(ids.slice(0, 9), 131047));
    expect(await desk.stored(campaign)).toMatchObject({ status: 'active', judged: 9, judgedFailed: 9 });
    const { stoppedCampaigns } = await desk.apply(refused(ids.slice(9, 11), 131047));
    expect(stoppedCampaigns).toMatchObject([{ organizationId: shop.organizationId, id: campaign }]);
    expect(await desk.stored(campaign)).toMatchObject({
      status: 'paused',
      reason:
        'Paused by the engine: 11 of the first 11 messages failed for one cause and none has arrived: More than 24 hours since the last reply (131047).',
    });
  });

  it('moves attempts from the successes to the failures when a webhook reports a failure', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const ids = await desk.sending(shop, campaign, 61);
    await desk.apply(ids.slice(0, 60).map((id) => report(id, 'accepted')));
    await desk.apply([report(ids[59], 'delivered', { at: after(3) })]);
    expect(await desk.stored(campaign)).toMatchObject({ judged: 60, judgedFailed: 0 });
    const failed = (slice: string[]) =>
      slice.map((id) => report(id, 'failed', { at: after(4), error: graphError(131047) }));
    await desk.apply(failed(ids.slice(0, 29)));
    // Repeated, it counts once.
    await desk.apply(failed(ids.slice(0, 29)));
    expect(await desk.stored(campaign)).toMatchObject({ status: 'active', judged: 60, judgedFailed: 29 });
    await desk.apply(failed(ids.slice(29, 30)));
    expect(await desk.stored(campaign)).toMatchObject({ status: 'paused', judgedFailed: 30 });
  });

  it('starts over when the campaign is resumed, and ignores failures of earlier attempts', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const ids = await desk.sending(shop, campaign, 14);
    await desk.apply(refused(ids.slice(0, 10), 131047));
    expect((await desk.stored(campaign)).status).toBe('paused');
    await desk.service(CampaignLifecycle).resume(shop.organizationId, campaign);
    await desk.apply(refused(ids.slice(10, 13), 131047));
    expect(await desk.stored(campaign)).toMatchObject({ status: 'active', judged: 0, judgedFailed: 0 });
  });

  it('does not count slow-downs, opt-outs and pauses', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop, { breaker_first_failures: 1 });
    const ids = await desk.sending(shop, campaign, 6);
    for (const [index, code] of [130429, 131050, 131056, 131048].entries()) {
      await desk.apply(refused(ids.slice(index, index + 1), code));
    }
    expect(await desk.stored(campaign)).toMatchObject({ status: 'active', judged: 0, judgedFailed: 0 });
  });
});

describe('the end of a campaign', () => {
  it('comes with its last recipient, and is revoked by a retry', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [a, b] = await desk.sending(shop, campaign, 2);
    await desk.apply([report(a, 'accepted')]);
    expect(await desk.stored(campaign)).toMatchObject({ status: 'active', pending: 1 });
    await desk.apply([report(b, 'refused', { error: graphError(100) })]);
    expect(await desk.stored(campaign)).toMatchObject({
      status: 'completed',
      reason: 'all recipients are done',
    });
    await desk.apply([report(a, 'failed', { error: graphError(131026) })]);
    expect(await desk.stored(campaign)).toMatchObject({ status: 'active', pending: 1, sent: 0, failed: 1 });
  });

  it.each(['cancelled', 'failed'])(
    'fails recipients instead of leaving them for a retry when it is %s',
    async (status) => {
      const shop = await desk.shop();
      const campaign = await desk.campaign(shop, { status });
      const [id] = await desk.sending(shop, campaign, 1);
      await desk.apply([report(id, 'failed', { error: graphError(131026) })]);
      expect(await desk.recipient(id)).toMatchObject({ status: 'failed', nextAttemptAt: null });
      expect(await desk.stored(campaign)).toMatchObject({ status, failed: 1 });
    },
  );

  it('leaves a paused campaign paused, with its retries waiting', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop, { status: 'paused' });
    const [a, b] = await desk.sending(shop, campaign, 2);
    await desk.apply([report(a, 'accepted'), report(b, 'refused', { error: graphError(131026) })]);
    expect(await desk.recipient(b)).toMatchObject({ status: 'retry' });
    expect(await desk.stored(campaign)).toMatchObject({ status: 'paused', pending: 1, sent: 1 });
  });
});
