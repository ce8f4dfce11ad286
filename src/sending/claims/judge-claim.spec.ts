import { describe, expect, it } from '@jest/globals';
import { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import { type ClaimFacts, dependsOnPace, judgeClaim, judgeRoom, type Room } from './judge-claim.js';

const SETTINGS = { timeZone: 'UTC', dailyRunAt: '0 9 * * *', sendWindow: { start: '09:00', end: '21:00' } };
const HOURS = { timeZone: 'UTC', sendWindowStart: null, sendWindowEnd: null, sendWindowOff: false };
const at = (time: string): Date => new Date(`2025-01-15T${time}Z`);
const NOON = at('12:00:00');
const calendar = (now: Date): CampaignCalendar => new CampaignCalendar(HOURS, SETTINGS, now);

const FACTS: ClaimFacts = {
  campaign: { status: 'active', rateLimit: 100, paceChangedAt: null },
  calendar: calendar(NOON),
  slice: { sendDate: '2025-01-15', size: 40, lastClaimAt: null, createdAt: at('11:58:00') },
  senderIsActive: true,
  earlier: [],
};

const GIVE_BACK = { do: 'giveBack' };
const SEND = { do: 'send' };
const waitUntil = (until: Date, holdsUp: 'slice' | 'campaign') => ({ do: 'wait', until, holdsUp });
const campaign = (more: Partial<ClaimFacts['campaign']>) => ({ campaign: { ...FACTS.campaign, ...more } });
const slice = (more: Partial<ClaimFacts['slice']>) => ({ slice: { ...FACTS.slice, ...more } });

describe('a claim', () => {
  it.each<[string, Partial<ClaimFacts>, object]>([
    ['sends when nothing holds it back', {}, SEND],
    ['gives back when the campaign is paused', campaign({ status: 'paused' }), GIVE_BACK],
    ['gives back when the campaign is completed', campaign({ status: 'completed' }), GIVE_BACK],
    ['gives back before the window opens', { calendar: calendar(at('08:59:59')) }, GIVE_BACK],
    ['sends in the last second of the window', { calendar: calendar(at('20:59:59')) }, SEND],
    ['gives back when the window closes', { calendar: calendar(at('21:00:00')) }, GIVE_BACK],
    ['gives back a slice of yesterday', slice({ sendDate: '2025-01-14' }), GIVE_BACK],
    ['gives back what was cut at a former pace', campaign({ paceChangedAt: at('11:58:00') }), GIVE_BACK],
    ['sends what was cut at the present pace', campaign({ paceChangedAt: at('11:57:59') }), SEND],
    ['waits while the sender is paused', { senderIsActive: false }, waitUntil(NOON, 'slice')],
    [
      'gives back rather than waits when the campaign is paused too',
      { ...campaign({ status: 'paused' }), senderIsActive: false },
      GIVE_BACK,
    ],
    ['sends when the minute has exactly enough room', { earlier: [{ at: at('11:59:30'), size: 60 }] }, SEND],
    [
      'waits until enough of the last minute has passed',
      {
        earlier: [
          { at: at('11:59:10'), size: 30 },
          { at: at('11:59:20'), size: 30 },
          { at: at('11:59:30'), size: 30 },
        ],
      },
      waitUntil(at('12:00:10'), 'campaign'),
    ],
    [
      'waits for several earlier slices when one does not free enough',
      {
        earlier: [
          { at: at('11:59:10'), size: 20 },
          { at: at('11:59:20'), size: 30 },
          { at: at('11:59:30'), size: 50 },
        ],
      },
      waitUntil(at('12:00:20'), 'campaign'),
    ],
    [
      'sends without looking back when the campaign has no rate',
      { ...campaign({ rateLimit: null }), earlier: [{ at: at('11:59:30'), size: 1_000 }] },
      SEND,
    ],
    [
      'sends when the slice was claimed from within the last minute',
      { ...slice({ lastClaimAt: at('11:59:01') }), earlier: [{ at: at('11:59:30'), size: 100 }] },
      SEND,
    ],
    [
      'looks back again when the last claim is a minute old',
      { ...slice({ lastClaimAt: at('11:59:00') }), earlier: [{ at: at('11:59:30'), size: 100 }] },
      waitUntil(at('12:00:30'), 'campaign'),
    ],
    ['sends a slice larger than the rate when it is alone', slice({ size: 400 }), SEND],
  ])('%s', (_, facts, verdict) => {
    expect(judgeClaim({ ...FACTS, ...facts })).toEqual(verdict);
  });
});

describe('earlier claims', () => {
  it.each<[string, Partial<ClaimFacts>, boolean]>([
    ['matter to a slice that nothing else holds back', {}, true],
    ['do not matter without a rate', campaign({ rateLimit: null }), false],
    ['do not matter while a worker is at the slice', slice({ lastClaimAt: at('11:59:30') }), false],
    ['do not matter when the campaign is paused', campaign({ status: 'paused' }), false],
    ['do not matter when the window is closed', { calendar: calendar(at('22:00:00')) }, false],
    ['do not matter while the sender is paused', { senderIsActive: false }, false],
  ])('%s', (_, facts, matter) => {
    expect(dependsOnPace({ ...FACTS, ...facts })).toBe(matter);
  });
});

describe('the room in the limit of the portfolio', () => {
  const candidates = ['+911', '+912', '+913'].map((phoneNumber) => ({ phoneNumber }));
  const room = (more: Partial<Room>): Room => ({
    open: new Set(),
    granted: new Set(),
    nextUnitAt: null,
    ...more,
  });

  it.each<[string, Room | null, string[]]>([
    ['takes all candidates when the limit does not apply', null, ['+911', '+912', '+913']],
    ['takes only the granted candidates', room({ granted: new Set(['+912']) }), ['+912']],
    [
      'takes open service windows as well, in the order of the slice',
      room({ open: new Set(['+913']), granted: new Set(['+911']) }),
      ['+911', '+913'],
    ],
  ])('%s', (_, given, taken) => {
    const recipients = taken.map((phoneNumber) => ({ phoneNumber }));
    expect(judgeRoom(candidates, given, NOON)).toEqual({ do: 'send', recipients });
  });

  it.each<[string, Date | null, Date]>([
    ['waits until the next unit is free', at('12:00:20'), at('12:00:20')],
    ['waits a minute at most', at('13:00:00'), at('12:01:00')],
    ['waits a minute when it is unknown when a unit is free', null, at('12:01:00')],
    ['waits a second at least', at('11:00:00'), at('12:00:01')],
  ])('%s', (_, nextUnitAt, until) => {
    expect(judgeRoom(candidates, room({ nextUnitAt }), NOON)).toEqual(waitUntil(until, 'slice'));
  });
});
