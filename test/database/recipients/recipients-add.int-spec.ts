import { describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { RecipientAdder, type CampaignRef } from '../../../src/recipients/add-recipients.service.js';
import type { AddResult } from '../../../src/recipients/add-result.js';
import type { RecipientInput } from '../../../src/recipients/recipient-input.js';
import { indian, Setup } from './recipients-setup.js';

const setup = Setup.forThisFile();

function add(campaign: CampaignRef, items: (RecipientInput | string)[]): Promise<AddResult> {
  const recipients = items.map((item) => (typeof item === 'string' ? { phoneNumber: item } : item));
  return setup.inTransaction((tx) => setup.service(RecipientAdder).addItems(tx, campaign, recipients));
}

describe('adding recipients', () => {
  it('adds 10,000 in one call, and none of them twice', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const numbers = indian(10_000);
    const clean = { invalid: [], invalidCount: 0, warnings: [] };
    expect(await add(campaign, numbers)).toEqual({ added: 10_000, duplicates: 0, ...clean });
    expect(await add(campaign, numbers)).toEqual({ added: 0, duplicates: 10_000, ...clean });
    expect(await setup.numbers(campaign)).toEqual(numbers);
  });

  it('keeps the given order across several statements', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const numbers = indian(20_500).reverse();
    await add(campaign, numbers);
    expect(await setup.numbers(campaign)).toEqual(numbers);
  });

  it('reports invalid numbers with the reason, and adds the others', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const result = await add(campaign, ['+919978783238', 'nobody', '9978783238', '', '14694652751']);
    expect(result).toMatchObject({ added: 2, duplicates: 0, invalidCount: 3 });
    expect(result.invalid).toEqual([
      { input: 'nobody', reason: '"nobody" is not a phone number.' },
      { input: '9978783238', reason: expect.stringContaining('does not say its country') },
      { input: '', reason: expect.stringContaining('is not a phone number') },
    ]);
    expect(await setup.numbers(campaign)).toEqual(['+919978783238', '+14694652751']);
  });

  it('reads numbers without a country code in the default country of the organization', async () => {
    const campaign = await setup.campaign(await setup.shop({ defaultCountry: 'IN' }));
    expect(await add(campaign, ['9978783238', '099787 83238', '+91 99787-83238'])).toMatchObject({
      added: 1,
      duplicates: 2,
    });
    expect(await setup.numbers(campaign)).toEqual(['+919978783238']);
  });

  it('lists the first thousand of many wrong numbers and counts them all', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const result = await add(
      campaign,
      Array.from({ length: 1_500 }, (_, index) => `wrong ${index}${'x'.repeat(500)}`),
    );
    expect(result).toMatchObject({ added: 0, invalidCount: 1_500 });
    expect(result.invalid).toHaveLength(1_000);
    expect(result.invalid[999]?.input).toMatch(/^wrong 999x{50,100}…$/);
  });

  it.each([
    ['Mexico, with and without the 1', ['+5215512345678', '+525512345678'], '+525512345678'],
    ['Brazil, with and without the ninth digit', ['+551187654321', '+5511987654321'], '+5511987654321'],
    ['Argentina, with and without the 9', ['+5491123456789', '+541123456789'], '+5491123456789'],
  ])('adds one person once: %s', async (_, spellings, kept) => {
    const shop = await setup.shop();
    const together = await setup.campaign(shop);
    expect(await add(together, spellings)).toMatchObject({ added: 1, duplicates: 1 });
    const apart = await setup.campaign(shop);
    for (const spelling of spellings) await add(apart, [spelling]);
    expect([await setup.numbers(together), await setup.numbers(apart)]).toEqual([[kept], [kept]]);
  });

  it('allows one person in several campaigns', async () => {
    const shop = await setup.shop();
    for (const campaign of [await setup.campaign(shop), await setup.campaign(shop)]) {
      expect(await add(campaign, ['+919978783238'])).toMatchObject({ added: 1 });
    }
  });
});

describe('linking', () => {
  it('finds the profile by number, and takes its name if none is given', async () => {
    const shop = await setup.shop();
    const [asha, ravi, argentine] = [
      await setup.profile(shop, '+919900000001', { name: 'Asha' }),
      await setup.profile(shop, '+919900000002', { name: 'Ravi' }),
      await setup.profile(shop, '+541123456789', { name: 'Julia' }),
    ];
    await setup.profile(await setup.shop(), '+919900000003', { name: 'Of another shop' });
    const campaign = await setup.campaign(shop);
    await add(campaign, [
      { phoneNumber: '+919900000001' },
      { phoneNumber: '+919900000002', name: 'Mr. Ravi' },
      { phoneNumber: '+919900000003' },
      { phoneNumber: '+5491123456789', name: '  ' },
    ]);
    expect(await setup.stored(campaign)).toMatchObject([
      { customer_id: asha, name: 'Asha' },
      { customer_id: ravi, name: 'Mr. Ravi' },
      { customer_id: null, name: null },
      { customer_id: argentine, name: 'Julia', phone_number: '+5491123456789' },
    ]);
  });
});

describe('variables', () => {
  it.each<[string, RecipientInput['variables'], unknown]>([
    ['by name', { name: 'Asha', nested: { a: [1] } }, { name: 'Asha', nested: { a: [1] } }],
    ['by position', ['Bali', '₹45,000'], { 1: 'Bali', 2: '₹45,000' }],
    ['none at all', {}, null],
    ['an empty list', [], null],
    ['not given', undefined, null],
    ['with what JSON text must escape', { 'a"\\': '\n"{}\\' }, { 'a"\\': '\n"{}\\' }],
  ])('are kept: %s', async (_, variables, kept) => {
    const campaign = await setup.campaign(await setup.shop());
    expect(await add(campaign, [{ phoneNumber: '+919978783238', variables }])).toMatchObject({ added: 1 });
    expect(await setup.stored(campaign)).toMatchObject([{ variables: kept }]);
  });
});

describe('warnings', () => {
  const NUMBERS = ['+14694652751', '+14165550123', '+18765550123', '+15551234567', '+919978783238'];

  it('count the US numbers that a marketing campaign will skip, without Canada and the Caribbean', async () => {
    const shop = await setup.shop();
    const marketing = await add(await setup.campaign(shop), NUMBERS);
    expect(marketing).toMatchObject({ added: 5, warnings: [{ code: 'us_marketing_restricted', count: 1 }] });
    const utility = await add(await setup.campaign(shop, { isMarketing: false }), NUMBERS);
    expect(utility).toMatchObject({ added: 5, warnings: [] });
  });

  it('count unsubscribed recipients, known by a profile or by a suppression that outlived it', async () => {
    const shop = await setup.shop();
    await setup.profile(shop, '+919900000001', { subscription: 'unsubscribed' });
    await setup.profile(shop, '+919900000002');
    const { body } = await shop.api.post('/api/whatsapp/customers', { phoneNumber: '+919900000003' });
    await shop.api.post(`/api/whatsapp/customers/${body.id}/opt-out`, {});
    await shop.api.delete(`/api/whatsapp/customers/${body.id}`);
    const campaign = await setup.campaign(shop);
    const all = indianUpTo(4);
    expect(await add(campaign, all)).toMatchObject({
      added: 4,
      warnings: [{ code: 'unsubscribed', count: 2 }],
    });
    // Warnings are about added recipients: the second call adds none.
    expect(await add(campaign, all)).toMatchObject({ added: 0, warnings: [] });
  });

  it('count recipients without an opt-in if the organization requires one', async () => {
    const shop = await setup.shop({ consentPolicy: 'explicit' });
    await setup.profile(shop, '+919900000001', { optInAt: new Date('2025-01-01T00:00:00Z') });
    await setup.profile(shop, '+919900000002');
    expect(await add(await setup.campaign(shop), indianUpTo(3))).toMatchObject({
      added: 3,
      warnings: [{ code: 'unsubscribed', count: 2 }],
    });
  });

  function indianUpTo(last: number): string[] {
    return Array.from({ length: last }, (_, index) => `+91990000000${index + 1}`);
  }
});

describe('adding at the same time', () => {
  it('adds each number once with exact counts, without a lock on the campaign', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const numbers = indian(2_000);
    const results = await Promise.all(Array.from({ length: 10 }, () => add(campaign, numbers)));
    expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(2_000);
    expect(results.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(18_000);
    expect(await setup.numbers(campaign)).toEqual(numbers);
  });

  it('adds each number once under the campaign’s lock, in any order of the callers’ lists', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const numbers = indian(500);
    const service = setup.service(RecipientAdder);
    const addLocked = (list: string[]): Promise<AddResult> =>
      setup.app.app.get(Database).transaction(async (tx) => {
        await rowsOf(tx, sql`SELECT 1 FROM marketing_campaigns WHERE id = ${campaign.id} FOR NO KEY UPDATE`);
        const items = list.map((phoneNumber) => ({ phoneNumber }));
        return service.addItems(tx, campaign, items);
      });
    const results = await Promise.all([numbers, numbers.toReversed(), numbers.slice(100)].map(addLocked));
    expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(500);
    expect((await setup.numbers(campaign)).sort()).toEqual(numbers);
  });

  it('counts the two spellings of one Argentine number as one person', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const results = await Promise.all(
      ['+5491123456789', '+541123456789', '+5491123456789', '+541123456789'].map((one) =>
        add(campaign, [one]),
      ),
    );
    expect(results.map(({ added }) => added).sort()).toEqual([0, 0, 0, 1]);
  });
});
