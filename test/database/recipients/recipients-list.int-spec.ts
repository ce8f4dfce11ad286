import { describe, expect, it } from '@jest/globals';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { RecipientAdder, type CampaignRef } from '../../../src/recipients/add-recipients.service.js';
import { RECIPIENT_STATES } from '../../../src/recipients/recipient-state.js';
import { Recipients, type Removal, type RemovalRequest } from '../../../src/recipients/recipients.service.js';
import { indian, Setup, type Shop } from './recipients-setup.js';

const setup = Setup.forThisFile();

async function filled(shop: Shop, numbers: string[]): Promise<CampaignRef> {
  const campaign = await setup.campaign(shop);
  const items = numbers.map((phoneNumber) => ({ phoneNumber }));
  await setup.inTransaction((tx) => setup.service(RecipientAdder).addItems(tx, campaign, items));
  return campaign;
}

describe('the list', () => {
  it('pages by cursor through each recipient once, in the order of adding, even while more are added', async () => {
    const campaign = await filled(await setup.shop(), indian(25).reverse());
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(campaign, { limit: 10, cursor });
      seen.push(...page.data.map(({ phoneNumber }) => phoneNumber));
      if (cursor === undefined) {
        const more = [{ phoneNumber: '+919800000000' }];
        await setup.inTransaction((tx) => setup.service(RecipientAdder).addItems(tx, campaign, more));
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([...indian(25).reverse(), '+919800000000']);
  });

  it('pages by number, with the total that the campaign keeps', async () => {
    const campaign = await filled(await setup.shop(), indian(5));
    await rowsOf(
      setup.database.manager,
      sql`UPDATE marketing_campaigns SET total_target_customers = 5 WHERE id = ${campaign.id}`,
    );
    const second = await list(campaign, { page: 2, limit: 2 });
    expect(second).toMatchObject({ page: 2, limit: 2, total: 5, nextCursor: expect.any(String) });
    expect(second.data.map(({ phoneNumber }) => phoneNumber)).toEqual(indian(2, 2));
    expect(await list(campaign, { page: 3, limit: 2 })).toMatchObject({ data: [{}], nextCursor: null });
    expect(await list(campaign, { page: 4, limit: 2 })).toMatchObject({ data: [], nextCursor: null });
  });

  it.each(RECIPIENT_STATES)('filters by state: %s', async (status) => {
    const campaign = await filled(await setup.shop(), indian(RECIPIENT_STATES.length));
    for (const [index, state] of RECIPIENT_STATES.entries()) {
      await setup.setState(campaign, indian(1, index)[0] ?? '', state);
    }
    const { data, total } = await list(campaign, { status });
    expect([data.map((recipient) => recipient.status), total]).toEqual([[status], 1]);
  });

  it('shows the same fields for one recipient as in the list', async () => {
    const campaign = await filled(await setup.shop(), ['+919978783238']);
    const { data } = await list(campaign, {});
    expect(data).toEqual([
      expect.objectContaining({
        campaignId: campaign.id,
        phoneNumber: '+919978783238',
        status: 'pending',
        retryCount: 0,
        scheduledSendDate: null,
        createdAt: expect.any(Date),
      }),
    ]);
    const [one] = data;
    expect(await recipients().get(campaign.organizationId, campaign.id, one?.id ?? '')).toEqual(one);
  });

  it('rejects a foreign cursor', async () => {
    const campaign = await filled(await setup.shop(), []);
    await expect(list(campaign, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('hides a campaign’s recipients from another organization, for every operation', async () => {
    const campaign = await filled(await setup.shop(), ['+919978783238']);
    const [stored] = await setup.stored(campaign);
    const stranger = { ...campaign, organizationId: (await setup.shop()).organizationId };
    await expect(list(stranger, {})).rejects.toMatchObject({ kind: 'not-found' });
    await expect(
      recipients().get(stranger.organizationId, stranger.id, stored?.id ?? ''),
    ).rejects.toMatchObject({ kind: 'not-found', code: 'recipient_not_found' });
    expect(await remove(stranger, { ids: [stored?.id ?? ''] })).toMatchObject({ removed: 0 });
    const counts = await recipients().countByStatus(
      setup.database.manager,
      stranger.organizationId,
      stranger.id,
    );
    expect(counts.pending).toBe(0);
    expect(await setup.numbers(campaign)).toHaveLength(1);
  });
});

describe('counting', () => {
  it('includes every state, even empty ones', async () => {
    const campaign = await filled(await setup.shop(), indian(3));
    await setup.setState(campaign, indian(1)[0] ?? '', 'read');
    const { manager } = setup.database;
    const counts = await recipients().countByStatus(manager, campaign.organizationId, campaign.id);
    expect(counts).toEqual({
      ...Object.fromEntries(RECIPIENT_STATES.map((state) => [state, 0])),
      pending: 2,
      read: 1,
    });
    expect(await recipients().countPending(manager, campaign.organizationId, campaign.id)).toBe(2);
  });
});

describe('removing', () => {
  it.each(RECIPIENT_STATES.map((state) => [state, ['pending', 'queued', 'retry'].includes(state)] as const))(
    'a recipient that is %s: %s',
    async (state, isRemoved) => {
      const campaign = await filled(await setup.shop(), ['+919978783238']);
      await setup.setState(campaign, '+919978783238', state);
      const [stored] = await setup.stored(campaign);
      const id = stored?.id ?? '';
      const stays = { input: id, reason: `is ${state} already` };
      expect(await remove(campaign, { ids: [id] })).toEqual({
        removed: Number(isRemoved),
        notRemoved: isRemoved ? [] : [stays],
      });
      expect(await setup.numbers(campaign)).toHaveLength(Number(!isRemoved));
    },
  );

  it('finds every spelling of a number, and says why others stay', async () => {
    const campaign = await filled(await setup.shop(), ['+919978783238', '+5491123456789', '+525512345678']);
    const phoneNumbers = ['91 99787 83238', '+54 11 2345-6789', '+5215512345678', 'nobody', '+14694652751'];
    expect(await remove(campaign, { phoneNumbers })).toEqual({
      removed: 3,
      notRemoved: [
        { input: 'nobody', reason: expect.stringContaining('is not a phone number') },
        { input: '+14694652751', reason: 'is not a recipient of this campaign' },
      ],
    });
    expect(await setup.numbers(campaign)).toEqual([]);
  });

  it('does not touch recipients of other campaigns', async () => {
    const shop = await setup.shop();
    const [one, other] = [await filled(shop, ['+919978783238']), await filled(shop, ['+919978783238'])];
    const [stored] = await setup.stored(other);
    expect(await remove(one, { ids: [stored?.id ?? ''] })).toMatchObject({ removed: 0 });
    await remove(one, { phoneNumbers: ['+919978783238'] });
    expect(await setup.numbers(other)).toHaveLength(1);
  });

  it('competes with claiming: a recipient is either removed or sent to, never both', async () => {
    const numbers = indian(200);
    const campaign = await filled(await setup.shop(), numbers);
    const claimed: { phone_number: string }[] = [];
    const claims = Array.from({ length: 20 }, (_, slice) =>
      setup.inTransaction(async (tx) => {
        const rows = await rowsOf<{ phone_number: string }>(
          tx,
          sql`UPDATE campaign_recipients SET status = 'sending'
               WHERE campaign_id = ${campaign.id} AND status = 'pending'
                 AND phone_number = ANY(${numbers.slice(slice * 10, slice * 10 + 10)})
              RETURNING phone_number`,
        );
        claimed.push(...rows);
      }),
    );
    const removals = Array.from({ length: 20 }, (_, slice) =>
      remove(campaign, { phoneNumbers: numbers.slice(slice * 10, slice * 10 + 10) }),
    );
    const answers = (await Promise.all([...removals, Promise.all(claims).then(() => undefined)])).filter(
      (answer) => answer !== undefined,
    );
    const removed = answers.reduce((sum, answer) => sum + answer.removed, 0);
    expect(removed + claimed.length).toBe(200);
    expect((await setup.numbers(campaign)).sort()).toEqual(
      claimed.map(({ phone_number }) => phone_number).sort(),
    );
  });
});

function recipients(): Recipients {
  return setup.service(Recipients);
}

function list(campaign: CampaignRef, request: Parameters<Recipients['list']>[2]) {
  return recipients().list(campaign.organizationId, campaign.id, request);
}

function remove(campaign: CampaignRef, request: RemovalRequest): Promise<Removal> {
  return setup.inTransaction((tx) =>
    recipients().removeUnsent(tx, campaign.organizationId, campaign.id, request),
  );
}
