import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE, people, QuotaSetup, START } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const [ANNA = '', BELA = '', CARL = '', DORA = ''] = people(4);

describe('a reservation', () => {
  it('is granted in order of preference, and says when the next unit becomes free', async () => {
    const portfolio = await setup.portfolio({ limit: 2 });
    const grant = await setup.reserve(portfolio, [CARL, ANNA, BELA], START);
    expect(grant).toEqual({ granted: new Set([CARL, ANNA]), nextUnitAt: new Date(START + DAY) });
    expect(await setup.granted(portfolio, [BELA], START + DAY - 1)).toEqual([]);
    expect(await setup.reserve(portfolio, [BELA], START + DAY)).toEqual({
      granted: new Set([BELA]),
      nextUnitAt: null,
    });
  });

  it('costs nothing for people the day has already counted, even above the limit', async () => {
    const portfolio = await setup.portfolio({ limit: 2 });
    await setup.reserve(portfolio, [ANNA, BELA], START);
    await setup.setLimits(portfolio, { limit: 1 });
    expect(await setup.granted(portfolio, [CARL, BELA, ANNA], START + HOUR)).toEqual([BELA, ANNA]);
    expect(await setup.used(portfolio, START)).toBe(2);
    // They count for another day from now.
    expect(await setup.granted(portfolio, [CARL], START + DAY + HOUR - 1)).toEqual([]);
  });

  it('counts a person listed twice only once', async () => {
    const portfolio = await setup.portfolio({ limit: 2 });
    expect(await setup.granted(portfolio, [ANNA, ANNA, BELA], START)).toEqual([ANNA, BELA]);
    expect(await setup.reach(portfolio)).toEqual({ [ANNA]: [START], [BELA]: [START] });
  });

  it.each([
    [{ limit: 3, allowance: 1 }, 1, 1],
    [{ limit: 3, allowance: 3 }, 0, 0],
    [{ limit: 3 }, 9, 0],
    [{ limit: null }, 9, 4],
  ])('within %j that leaves %i free reaches %i people', async (limits, keepFree, expected) => {
    const portfolio = await setup.portfolio(limits);
    const { granted, nextUnitAt } = await setup.reserve(portfolio, people(4), START, keepFree);
    expect(granted.size).toBe(expected);
    expect(await setup.used(portfolio, START - 1)).toBe(expected);
    expect(nextUnitAt).toEqual(expected === 4 ? null : new Date(START + DAY));
  });

  it('of an unlimited portfolio is granted and not recorded', async () => {
    const portfolio = await setup.portfolio({ unlimited: true });
    expect((await setup.reserve(portfolio, people(4), START, 1)).granted.size).toBe(4);
    await setup.confirm(portfolio, ANNA, START, START + 1);
    await setup.refund(portfolio, ANNA, START + 1);
    expect(await setup.reach(portfolio)).toEqual({});
  });

  it('returns the time of the first free unit after the limit was lowered', async () => {
    const portfolio = await setup.portfolio({ limit: 4 });
    for (const [index, phone] of people(4).entries())
      await setup.reserve(portfolio, [phone], START + index * HOUR);
    await setup.setLimits(portfolio, { limit: 2 });
    const { nextUnitAt } = await setup.reserve(portfolio, people(1, 9), START + 5 * HOUR);
    expect(nextUnitAt).toEqual(new Date(START + 2 * HOUR + DAY));
  });

  it('from a process whose clock is behind counts its own day', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await setup.reserve(portfolio, [ANNA], START);
    await setup.setLimits(portfolio, { limit: 2 });
    expect(await setup.granted(portfolio, [BELA], START + DAY)).toEqual([BELA]);
    await setup.setLimits(portfolio, { limit: 1 });
    expect(await setup.granted(portfolio, [CARL, ANNA, BELA], START + DAY - 1)).toEqual([ANNA, BELA]);
    expect(await setup.counts(portfolio)).toEqual({ kept: 2, counted: 2 });
  });
});

describe('an acceptance', () => {
  it('counts for a full day, however often it is confirmed', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await setup.reserve(portfolio, [ANNA], START);
    for (let told = 0; told < 2; told++) await setup.confirm(portfolio, ANNA, START, START + MINUTE);
    expect(await setup.reach(portfolio)).toEqual({ [ANNA]: [START + MINUTE] });
    expect(await setup.granted(portfolio, [BELA], START + DAY)).toEqual([]);
    expect(await setup.granted(portfolio, [BELA], START + DAY + MINUTE)).toEqual([BELA]);
  });

  it('changes nothing after a refund', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await setup.reserve(portfolio, [ANNA], START);
    await setup.refund(portfolio, ANNA, START);
    await setup.confirm(portfolio, ANNA, START, START + MINUTE);
    expect(await setup.reach(portfolio)).toEqual({});
  });

  it('counts again when the reservation has already left the day', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await setup.reserve(portfolio, [ANNA], START);
    expect(await setup.granted(portfolio, [BELA], START + DAY)).toEqual([BELA]);
    await setup.confirm(portfolio, ANNA, START, START + DAY + MINUTE);
    expect(await setup.counts(portfolio)).toEqual({ kept: 2, counted: 2 });
  });
});

describe('a refusal', () => {
  it.each([
    ['as it was reserved', [START]],
    ['as it was accepted', [START + MINUTE, START]],
  ])('refunds the unit once, %s', async (_, times) => {
    const portfolio = await setup.portfolio({ limit: 2 });
    await setup.reserve(portfolio, [ANNA, BELA], START);
    if (times.length > 1) await setup.confirm(portfolio, ANNA, START, START + MINUTE);
    for (let told = 0; told < 2; told++) await setup.refund(portfolio, ANNA, ...times);
    expect(Object.keys(await setup.reach(portfolio))).toEqual([BELA]);
    expect(await setup.granted(portfolio, [CARL, DORA], START + HOUR)).toEqual([CARL]);
  });

  it('of the later of two messages leaves the earlier one counted', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await setup.reserve(portfolio, [ANNA], START);
    await setup.reserve(portfolio, [ANNA], START + HOUR);
    await setup.refund(portfolio, ANNA, START + HOUR);
    expect(await setup.reach(portfolio)).toEqual({ [ANNA]: [START] });
    expect(await setup.granted(portfolio, [BELA], START + DAY)).toEqual([BELA]);
  });

  it('of the earlier of two messages leaves the later one counted', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await setup.reserve(portfolio, [ANNA], START);
    await setup.reserve(portfolio, [ANNA], START + HOUR);
    await setup.refund(portfolio, ANNA, START);
    expect(await setup.granted(portfolio, [BELA], START + DAY)).toEqual([]);
  });

  it('of one of two messages at the same instant leaves the other counted', async () => {
    const portfolio = await setup.portfolio({ limit: 1 });
    await Promise.all([1, 2].map(() => setup.reserve(portfolio, [ANNA], START)));
    await setup.refund(portfolio, ANNA, START);
    expect(await setup.granted(portfolio, [BELA], START + HOUR)).toEqual([]);
  });

  it('refunds many people in one call, including several messages to one person', async () => {
    const portfolio = await setup.portfolio({ limit: 3 });
    await setup.reserve(portfolio, [ANNA, BELA, CARL], START);
    await setup.reserve(portfolio, [ANNA], START + 1);
    await setup.database.transaction((tx) =>
      setup.ledger.refund(tx, portfolio, [
        { phone: ANNA, countedAt: [new Date(START)] },
        { phone: BELA, countedAt: [new Date(START)] },
        { phone: ANNA, countedAt: [new Date(START + 1)] },
      ]),
    );
    expect(await setup.reach(portfolio)).toEqual({ [CARL]: [START] });
    expect(await setup.counts(portfolio)).toEqual({ kept: 1, counted: 1 });
  });
});

it('used() returns how many people were counted since any instant', async () => {
  const portfolio = await setup.portfolio({ limit: 10 });
  expect(await setup.used(portfolio, START)).toBe(0);
  await setup.reserve(portfolio, [ANNA], START);
  await setup.reserve(portfolio, [BELA, CARL], START + 10 * HOUR);
  await setup.reserve(portfolio, [DORA], START + 30 * HOUR);
  const since = [-1, 0, 6 * HOUR, 10 * HOUR, 30 * HOUR].map((ms) => setup.used(portfolio, START + ms));
  expect(await Promise.all(since)).toEqual([4, 3, 3, 1, 0]);
});
