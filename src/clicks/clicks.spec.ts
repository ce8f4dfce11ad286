import { describe, expect, it } from '@jest/globals';
import type { OpenClick } from '../links/click.js';
import { classOfHit, deviceOf } from './class-of-hit.js';
import type { ClickUnit } from './click-unit.js';
import { judgeClick } from './judge-click.js';
import { settleAll } from './settle-clicks.js';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
const PIXEL =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';
const TAB =
  'Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

describe('a hit', () => {
  it.each([
    ['GET', IPHONE, undefined, 'human'],
    ['GET', WINDOWS, undefined, 'human'],
    ['HEAD', IPHONE, undefined, 'preview'],
    ['GET', IPHONE, 'prefetch', 'preview'],
    ['GET', IPHONE, 'prefetch;prerender', 'preview'],
    ['GET', 'WhatsApp/2.24.25.78 A', undefined, 'preview'],
    [
      'GET',
      'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
      undefined,
      'preview',
    ],
    ['GET', 'meta-externalfetcher/1.1', undefined, 'preview'],
    ['GET', 'meta-externalagent/1.1', undefined, 'preview'],
    ['GET', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', undefined, 'preview'],
    ['GET', 'curl/8.5.0', undefined, 'preview'],
    ['GET', '', undefined, 'preview'],
    ['GET', undefined, undefined, 'preview'],
  ])('%s by %s (%s) is %s', (method, agent, purpose, kind) => {
    expect(classOfHit({ method, agent, purpose })).toBe(kind);
  });

  it.each([
    [IPHONE, 'phone'],
    [PIXEL, 'phone'],
    [TAB, 'tablet'],
    ['Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148', 'tablet'],
    [WINDOWS, 'desktop'],
    ['something else', 'other'],
    [undefined, 'other'],
  ])('by %s comes from a %s', (agent, device) => {
    expect(deviceOf(agent)).toBe(device);
  });
});

const SENT = new Date('2025-03-03T10:00:00Z');
const after = (ms: number): Date => new Date(SENT.getTime() + ms);

describe('judgeClick', () => {
  it.each([
    ['human', 1_000, 1, SENT, 'human'],
    ['human', 999, 1, SENT, 'suspect'],
    ['human', -5_000, 1, SENT, 'suspect'],
    ['human', 5_000, 1, null, 'suspect'],
    ['human', 5_000, 10, SENT, 'human'],
    ['human', 5_000, 11, SENT, 'suspect'],
    ['human', 5_000, 11, undefined, 'human'],
    ['preview', 999, 11, SENT, 'preview'],
  ] as const)('%s %i ms after the message, the %i. one (sent %s), is %s', (kind, ms, nth, sentAt, judged) => {
    expect(judgeClick({ class: kind, at: after(ms), nth }, sentAt)).toBe(judged);
  });
});

describe('settleAll', () => {
  const unit: ClickUnit = {
    ...{ id: 'r1', organizationId: 'o', campaignId: 'c', customerId: null, phoneNumber: '+1', sentAt: SENT },
  };
  const units = new Map([[unit.id, unit]]);
  const click = (more: Partial<OpenClick>): OpenClick => ({
    ...{ id: 'k', linkNumber: 7, recipientId: 'r1', messageId: null, at: after(5_000), class: 'human' },
    ...{
      device: 'phone',
      isPrivate: false,
      organizationId: 'o',
      campaignId: 'c',
      place: 'button.0',
      url: 'u',
    },
    ...{ nth: 1, isKnown: false },
    ...more,
  });
  const sum = { linkNumber: 7, human: 0, uniques: 0, preview: 0, suspect: 0 };

  it.each<[string, Partial<OpenClick>[], object, number]>([
    ['one click', [{}], { human: 1, uniques: 1 }, 1],
    ['a doubled click', [{}, {}], { human: 2, uniques: 1 }, 2],
    ['a person who is known already', [{ isKnown: true }], { human: 1 }, 1],
    ['a person who asks for privacy', [{ isPrivate: true }], { human: 1 }, 0],
    ['somebody who is erased', [{ recipientId: 'gone' }], { human: 1 }, 0],
    ['a program', [{ class: 'preview' }], { preview: 1 }, 0],
    ['a hammered link', [{ nth: 11 }], { suspect: 1 }, 0],
  ])('%s', (_, clicks, added, people) => {
    const result = settleAll(clicks.map(click), units);
    expect(result.added).toEqual([{ ...sum, ...added }]);
    expect(result.people).toHaveLength(people);
  });

  it('keeps nothing that leads to a person who asked for privacy or is gone', () => {
    const { settled } = settleAll([click({ isPrivate: true }), click({ recipientId: 'gone' })], units);
    expect(settled.map(({ recipientId, messageId }) => recipientId ?? messageId)).toEqual([null, null]);
  });
});
