import { describe, expect, it } from '@jest/globals';
import { sql } from '../../../src/platform/database/sql.js';
import { RecipientAdder, type CampaignRef } from '../../../src/recipients/add-recipients.service.js';
import type { AddResult } from '../../../src/recipients/add-result.js';
import { Setup, type Shop } from './recipients-setup.js';

const setup = Setup.forThisFile();
const NOTHING_WRONG = { invalid: [], invalidCount: 0, warnings: [] };

describe('an audience', () => {
  it('is added once, in profile order, linked and named', async () => {
    const shop = await setup.shop();
    const ids = [
      await setup.profile(shop, '+919900000009', { name: 'Asha' }),
      await setup.profile(shop, '+919900000001', { name: 'Ravi' }),
      await setup.profile(shop, '+919900000005'),
    ];
    const campaign = await setup.campaign(shop);
    expect(await addAllProfiles(campaign)).toEqual({ added: 3, duplicates: 0, ...NOTHING_WRONG });
    expect(await setup.stored(campaign)).toMatchObject([
      { phone_number: '+919900000009', customer_id: ids[0], name: 'Asha', status: 'pending' },
      { phone_number: '+919900000001', customer_id: ids[1], name: 'Ravi' },
      { phone_number: '+919900000005', customer_id: ids[2], name: null },
    ]);
    expect(await addAllProfiles(campaign)).toEqual({ added: 0, duplicates: 3, ...NOTHING_WRONG });
  });

  it('contains only subscribed, active customers of this organization with a number', async () => {
    const shop = await setup.shop();
    await setup.profile(shop, '+919900000001');
    await setup.profile(shop, '+919900000002', { subscription: 'unsubscribed' });
    await setup.profile(shop, '+919900000003', { isActive: false });
    await setup.profile(shop, null, { userId: 'IN.abc123' });
    await setup.profile(await setup.shop(), '+919900000004');
    const campaign = await setup.campaign(shop);
    expect(await addAllProfiles(campaign)).toMatchObject({ added: 1, duplicates: 0, invalidCount: 0 });
    expect(await setup.numbers(campaign)).toEqual(['+919900000001']);
  });

  it('contains only customers that opted in, if the organization requires it', async () => {
    const shop = await setup.shop({ consentPolicy: 'explicit' });
    await setup.profile(shop, '+919900000001');
    await setup.profile(shop, '+919900000002', { optInAt: new Date('2025-01-01T00:00:00Z') });
    const campaign = await setup.campaign(shop);
    await addAllProfiles(campaign);
    expect(await setup.numbers(campaign)).toEqual(['+919900000002']);
  });

  it('may contain a customer twice, and take its own parameters', async () => {
    const shop = await setup.shop();
    const id = await setup.profile(shop, '+919900000001');
    await setup.profile(shop, '+919900000002');
    const campaign = await setup.campaign(shop);
    const audience = sql`SELECT id AS customer_id FROM user_profiles WHERE id = ${id}
                         UNION ALL SELECT ${id}::uuid`;
    expect(await addAudience(campaign, audience)).toMatchObject({ added: 1, duplicates: 0 });
  });

  it('warns about US numbers in marketing', async () => {
    const shop = await setup.shop();
    for (const phone of ['+14694652751', '+14165550123']) await setup.profile(shop, phone);
    expect(await addAllProfiles(await setup.campaign(shop))).toMatchObject({
      added: 2,
      warnings: [{ code: 'us_marketing_restricted', count: 1 }],
    });
    expect(await addAllProfiles(await setup.campaign(shop, { isMarketing: false }))).toMatchObject({
      added: 2,
      warnings: [],
    });
  });

  it('reports numbers stored in another format', async () => {
    const shop = await setup.shop();
    for (const phone of ['+919900000001', '919900000002', 'unknown']) await setup.profile(shop, phone);
    const result = await addAllProfiles(await setup.campaign(shop));
    expect(result).toMatchObject({ added: 1, duplicates: 0, invalidCount: 2 });
    expect(result.invalid.map(({ input }) => input)).toEqual(['919900000002', 'unknown']);
  });

  it('is added once by concurrent callers', async () => {
    const shop = await setup.shop();
    for (let last = 1; last <= 9; last++) await setup.profile(shop, `+91990000000${last}`);
    const campaign = await setup.campaign(shop);
    const results = await Promise.all(Array.from({ length: 8 }, () => addAllProfiles(campaign)));
    expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(9);
    expect(await setup.numbers(campaign)).toHaveLength(9);
  });
});

describe('responders', () => {
  it('are the recipients that replied to the earlier campaign, in its order and without its variables', async () => {
    const shop = await setup.shop();
    const source = await withAnswers(shop, ['+919900000003', '+919900000001'], ['+919900000002']);
    const asha = await setup.profile(shop, '+919900000001', { name: 'Asha' });
    const campaign = await setup.campaign(shop);
    expect(await addResponders(campaign, source)).toEqual({ added: 2, duplicates: 0, ...NOTHING_WRONG });
    expect(await setup.stored(campaign)).toMatchObject([
      { phone_number: '+919900000003', customer_id: null, variables: null, status: 'pending' },
      { phone_number: '+919900000001', customer_id: asha, name: 'Asha', variables: null },
    ]);
    expect(await addResponders(campaign, source)).toMatchObject({ added: 0, duplicates: 2 });
  });

  it('are skipped if they have unsubscribed since', async () => {
    const shop = await setup.shop();
    const source = await withAnswers(shop, ['+919900000001', '+919900000002'], []);
    await setup.profile(shop, '+919900000001', { subscription: 'unsubscribed' });
    const campaign = await setup.campaign(shop);
    await addResponders(campaign, source);
    expect(await setup.numbers(campaign)).toEqual(['+919900000002']);
  });

  it('without a profile count as not opted in', async () => {
    const shop = await setup.shop({ consentPolicy: 'explicit' });
    const source = await withAnswers(shop, ['+919900000001'], []);
    expect(await addResponders(await setup.campaign(shop), source)).toMatchObject({ added: 0 });
  });

  it('are not found for a campaign of another organization', async () => {
    const source = await withAnswers(await setup.shop(), ['+919900000001'], []);
    const campaign = await setup.campaign(await setup.shop());
    await expect(addResponders(campaign, source)).rejects.toMatchObject({
      kind: 'not-found',
      code: 'campaign_not_found',
    });
    expect(await setup.numbers(campaign)).toEqual([]);
  });

  async function withAnswers(shop: Shop, answered: string[], silent: string[]): Promise<CampaignRef> {
    const source = await setup.campaign(shop);
    const items = [...answered, ...silent].map((phoneNumber) => ({ phoneNumber, variables: { 1: 'Bali' } }));
    await setup.inTransaction((tx) => setup.service(RecipientAdder).addItems(tx, source, items));
    for (const phone of answered) await setup.setState(source, phone, 'responded');
    for (const phone of silent) await setup.setState(source, phone, 'read');
    return source;
  }

  function addResponders(campaign: CampaignRef, source: CampaignRef): Promise<AddResult> {
    return setup.inTransaction((tx) => setup.service(RecipientAdder).addResponders(tx, campaign, source.id));
  }
});

function addAudience(campaign: CampaignRef, audience = sql``): Promise<AddResult> {
  return setup.inTransaction((tx) => setup.service(RecipientAdder).addAudience(tx, campaign, audience));
}

/** Selects too much: every profile of every organization. */
function addAllProfiles(campaign: CampaignRef): Promise<AddResult> {
  return addAudience(campaign, sql`SELECT p.id AS customer_id FROM user_profiles p`);
}
