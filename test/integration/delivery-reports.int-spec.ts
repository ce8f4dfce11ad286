import { describe, expect, it } from '@jest/globals';
import { after, BEGAN, Desk, graphError, report } from './delivery-reports-setup.js';

const desk = Desk.forThisFile();

describe('the usual way', () => {
  it('takes a message from its acceptance to the reply', async () => {
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

  it('takes a status that is there before the answer', async () => {
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

  it('refuses for good and gives the person back to the limit', async () => {
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
