import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { after, BEGAN, Desk, graphError, report } from './delivery-reports-setup.js';

const desk = Desk.forThisFile();

describe('a message', () => {
  it('is followed from its acceptance to the reply', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [id] = await desk.sending(shop, campaign, 1);
    await desk.apply([report(id, 'accepted')]);
    expect(await desk.recipient(id)).toMatchObject({
      status: 'sent',
      sentAt: after(1),
      wamid: `wamid.${id}.1`,
    });
    expect(await desk.reach(shop)).toEqual([after(1)]);
    expect(await desk.stored(campaign)).toMatchObject({ status: 'completed', pending: 0, sent: 1 });

    const pricing = { category: 'marketing', type: 'regular', billable: true };
    await desk.apply([report(id, 'sent', { at: after(2), pricing })]);
    await desk.apply([report(id, 'read', { at: after(4) }), report(id, 'delivered', { at: after(3) })]);
    const reply = { text: 'Yes please', isClick: true };
    await desk.apply([report(id, 'replied', { at: after(9), wamid: null, reply })]);
    expect(await desk.recipient(id)).toMatchObject({
      status: 'responded',
      sentAt: after(1),
      deliveredAt: after(3),
      readAt: after(4),
      respondedAt: after(9),
      clickedAt: after(9),
      response: 'Yes please',
    });
    expect(await desk.messages(id)).toMatchObject([
      {
        status: 'read',
        acceptedAt: after(1),
        sentAt: after(2),
        deliveredAt: after(3),
        readAt: after(4),
        category: 'marketing',
      },
    ]);
    expect(await desk.stored(campaign)).toMatchObject({ sent: 1, delivered: 1, read: 1, responded: 1 });
  });

  it('may get a status before the answer', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [id] = await desk.sending(shop, campaign, 1);
    await desk.apply([report(id, 'delivered', { attempt: null, at: after(3) })]);
    expect(await desk.recipient(id)).toMatchObject({
      status: 'delivered',
      sentAt: null,
      wamid: `wamid.${id}.1`,
    });
    await desk.apply([report(id, 'accepted', { at: after(2) })]);
    expect(await desk.recipient(id)).toMatchObject({
      status: 'delivered',
      sentAt: after(2),
      deliveredAt: after(3),
    });
  });

  it('fails when Meta refuses it for good, and returns the unit to the limit', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [id] = await desk.sending(shop, campaign, 1);
    expect(await desk.reach(shop)).toEqual([BEGAN]);
    await desk.apply([report(id, 'refused', { wamid: null, error: graphError(131047) })]);
    expect(await desk.recipient(id)).toMatchObject({ status: 'failed', code: 131047, failedAt: after(1) });
    expect(await desk.messages(id)).toMatchObject([
      { status: 'failed', code: 131047, title: 'Error 131047' },
    ]);
    expect(await desk.reach(shop)).toEqual([]);
  });
});

describe('attempts', () => {
  it('are repeated after a failed status, and the old one may turn out to have arrived', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [id] = await desk.sending(shop, campaign, 1);
    await desk.apply([
      report(id, 'accepted'),
      report(id, 'failed', { at: after(2), error: graphError(131026) }),
    ]);
    const waiting = await desk.recipient(id);
    expect(waiting).toMatchObject({
      status: 'retry',
      sentAt: null,
      wamid: null,
      retryCount: 1,
      sliceId: null,
    });
    // A minute after the failure, or at once when that minute is over by now.
    expect(waiting.nextAttemptAt?.getTime()).toBeGreaterThanOrEqual(after(62).getTime());
    expect(await desk.reach(shop)).toEqual([]);

    // Meta repeats all reports while the next attempt is in flight.
    await desk.sendAgain(shop, campaign, [id ?? ''], 2);
    await desk.apply([report(id, 'failed', { at: after(2), error: graphError(131026) }), report(id, 'sent')]);
    expect(await desk.recipient(id)).toMatchObject({ status: 'sending', retryCount: 1 });
    await desk.apply([report(id, 'delivered', { at: after(30) })]);
    expect(await desk.recipient(id)).toMatchObject({
      status: 'delivered',
      wamid: `wamid.${id}.1`,
      sentAt: after(1),
      deliveredAt: after(30),
      reason: null,
      code: null,
    });
    // The second one is refused: no third message is sent.
    await desk.apply([report(id, 'refused', { attempt: 2, error: graphError(131026) })]);
    expect(await desk.recipient(id)).toMatchObject({ status: 'delivered' });
    expect(await desk.messages(id)).toMatchObject([
      { status: 'delivered', code: 131026 },
      { status: 'failed' },
    ]);
  });

  it('end after the number of retries the campaign allows', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop, { max_retries: 1 });
    const [id] = await desk.sending(shop, campaign, 1);
    await desk.apply([report(id, 'refused', { error: graphError(131026) })]);
    await desk.sendAgain(shop, campaign, [id ?? ''], 2);
    await desk.apply([report(id, 'refused', { attempt: 2, error: graphError(131026) })]);
    expect(await desk.recipient(id)).toMatchObject({ status: 'failed', retryCount: 1, attempts: 2 });
  });

  it('without an answer wait for a status, which settles them even after they were given up', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [a = '', b = '', c = ''] = await desk.sending(shop, campaign, 3);
    const doubt = { wamid: null, error: graphError(null, { title: 'timeout' }) };
    await desk.apply([a, b, c].map((id) => report(id, 'in-doubt', doubt)));
    const inDoubt = await desk.recipient(a);
    expect([inDoubt.status, inDoubt.sliceId === null]).toEqual(['sending', false]);
    expect(await desk.messages(a)).toMatchObject([{ status: 'unknown', title: 'timeout', wamid: null }]);
    expect(await desk.reach(shop)).toHaveLength(3);
    await desk.set([a, b, c], { status: 'failed', failure_reason: 'unconfirmed', failed_at: after(10) });
    await desk.apply([report(a, 'sent'), report(b, 'failed', { error: graphError(131026) })]);
    expect(await desk.recipient(a)).toMatchObject({
      status: 'sent',
      reason: null,
      failedAt: null,
      sentAt: after(1),
    });
    expect(await desk.recipient(b)).toMatchObject({ status: 'failed', code: 131026 });
    // Retried by hand: the report for the old attempt settles it, and the new one need not go out.
    await desk.set([c], { status: 'pending', failure_reason: null, failed_at: null, slice_id: null });
    await desk.apply([report(c, 'sent')]);
    expect(await desk.recipient(c)).toMatchObject({ status: 'sent', wamid: `wamid.${c}.1` });
  });

  it('end once one of them was sent, whatever the outcome of the last', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [id = ''] = await desk.sending(shop, campaign, 1);
    await desk.set([id], { status: 'failed', failure_reason: 'unconfirmed' });
    await desk.sendAgain(shop, campaign, [id], 2);
    await desk.apply([report(id, 'sent'), report(id, 'refused', { attempt: 2, error: graphError(131026) })]);
    expect(await desk.recipient(id)).toMatchObject({ status: 'sent', wamid: `wamid.${id}.1` });
  });

  it('that never reached Meta continue at growing intervals', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [id = ''] = await desk.sending(shop, campaign, 1);
    const unreached = { wamid: null, at: after(3_600), error: graphError(null, { title: 'ECONNREFUSED' }) };
    const waits: number[] = [];
    for (const attempt of [1, 2, 3]) {
      if (attempt > 1) await desk.sendAgain(shop, campaign, [id], attempt);
      const heard = Date.now();
      await desk.apply([report(id, 'not-sent', { ...unreached, attempt })]);
      const { nextAttemptAt, status, retryCount } = await desk.recipient(id);
      expect([status, retryCount]).toEqual(['retry', 0]);
      waits.push(Math.round(((nextAttemptAt?.getTime() ?? 0) - heard) / 1_000));
    }
    expect(waits).toEqual([5, 10, 20]);
    expect(await desk.reach(shop)).toEqual([]);
  });

  it('that Meta holds are neither sent nor failed until it reports more', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [a, b] = await desk.sending(shop, campaign, 2);
    await desk.apply([report(a, 'held'), report(b, 'held')]);
    expect(await desk.recipient(a)).toMatchObject({ status: 'held', sentAt: null, wamid: `wamid.${a}.1` });
    await desk.apply([
      report(a, 'sent', { at: after(5) }),
      report(b, 'failed', { at: after(5), error: graphError(132015) }),
    ]);
    expect(await desk.recipient(a)).toMatchObject({ status: 'sent', sentAt: after(5) });
    expect(await desk.recipient(b)).toMatchObject({ status: 'failed', code: 132015 });
    expect((await desk.recipient(b)).reason).toContain(
      'may be queued again when the template is approved again',
    );
    expect(await desk.reach(shop)).toEqual([after(5)]);
  });
});

describe('a batch', () => {
  it('spans campaigns and organizations, and ignores unknown recipients', async () => {
    const [one, two] = [await desk.shop(), await desk.shop()];
    const campaigns = [await desk.campaign(one), await desk.campaign(one), await desk.campaign(two)];
    const owners = [one, one, two];
    const ids: string[] = [];
    for (const [index, campaign] of campaigns.entries()) {
      ids.push(...(await desk.sending(owners[index] ?? one, campaign, 3, index * 3)));
    }
    await desk.apply([
      ...ids.toReversed().map((id) => report(id, 'accepted')),
      report(randomUUID(), 'delivered'),
      ...ids.map((id) => report(id, 'delivered', { at: after(2) })),
    ]);
    for (const campaign of campaigns) {
      expect(await desk.stored(campaign)).toMatchObject({
        status: 'completed',
        sent: 3,
        delivered: 3,
        pending: 0,
      });
    }
    expect(await desk.reach(one)).toHaveLength(6);
    expect(await desk.reach(two)).toHaveLength(3);
  });

  it('stores the same Meta id for two messages only once, and keeps the rest', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [a, b, c] = await desk.sending(shop, campaign, 3);
    const wamid = `wamid.twice.${campaign}`;
    await desk.apply([report(a, 'accepted', { wamid }), report(b, 'accepted', { wamid })]);
    await desk.apply([report(c, 'accepted', { wamid })]);
    const kept = await Promise.all([a, b, c].map(async (id) => (await desk.messages(id))[0]));
    expect(kept.map((message) => [message?.status, message?.wamid])).toEqual([
      ['accepted', wamid],
      ['accepted', null],
      ['accepted', null],
    ]);
  });

  it('stores texts that PostgreSQL would reject', async () => {
    const shop = await desk.shop();
    const campaign = await desk.campaign(shop);
    const [a, b] = await desk.sending(shop, campaign, 2);
    const error = graphError(100, { title: 'bad\0title', details: `half \ud83d ${'x'.repeat(2_000)}` });
    const reply = { text: 'nul \0 and half \ud83d', isClick: false };
    await desk.apply([report(a, 'refused', { error }), report(b, 'replied', { reply })]);
    expect(await desk.recipient(a)).toMatchObject({ status: 'failed' });
    expect(await desk.recipient(b)).toMatchObject({ status: 'responded', response: 'nul  and half \ufffd' });
  });
});
