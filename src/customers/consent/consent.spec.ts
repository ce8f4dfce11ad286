import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONSENT_KINDS, type ConsentEvent, type ConsentKind, foldConsent } from './consent.js';

const at = (minute: number): Date => new Date(Date.UTC(2025, 0, 15, 9, minute));
const event = (kind: ConsentKind, minute: number, source = 'test'): ConsentEvent => ({
  kind,
  at: at(minute),
  source,
});
/** Kinds, one a minute, and what they add up to, as in `unsubscribed by stop at 1`. */
function outcome(history: readonly ConsentEvent[]): string {
  const consent = foldConsent(history);
  if (consent === null) return 'unknown';
  return `${consent.subscription} by ${consent.kind} at ${consent.since.getUTCMinutes()}`;
}

describe('a consent history', () => {
  it.each<[string, ConsentKind[], string]>([
    ['nothing', [], 'unknown'],
    ['a list', ['import'], 'subscribed by import at 0'],
    ['stated to the business', ['opt_in'], 'subscribed by opt_in at 0'],
    ['repeated agreements', ['import', 'opt_in', 'start'], 'subscribed by import at 0'],
    ['STOP', ['opt_in', 'stop'], 'unsubscribed by stop at 1'],
    ['STOP without any history', ['stop'], 'unsubscribed by stop at 0'],
    ['STOP twice', ['opt_in', 'stop', 'stop'], 'unsubscribed by stop at 1'],
    ['STOP, START', ['opt_in', 'stop', 'start'], 'subscribed by start at 2'],
    ['STOP, START, STOP', ['stop', 'start', 'stop'], 'unsubscribed by stop at 2'],
    ['STOP, then a fresh opt-in', ['stop', 'opt_in'], 'subscribed by opt_in at 1'],
    ['STOP, then an old list', ['opt_in', 'stop', 'import'], 'unsubscribed by stop at 1'],
    ['stopped and resumed in WhatsApp', ['import', 'stop_preference', 'resume'], 'subscribed by resume at 2'],
    ['STOP, resumed in WhatsApp', ['stop', 'resume'], 'subscribed by resume at 1'],
    [
      'an opt-out to the business, resumed in WhatsApp',
      ['opt_out', 'resume'],
      'unsubscribed by opt_out at 0',
    ],
    ['an opt-out to the business, START', ['opt_out', 'start'], 'subscribed by start at 1'],
    ['two refusals, one lifted', ['opt_out', 'stop', 'resume'], 'unsubscribed by opt_out at 0'],
    ['two refusals the other way round', ['stop', 'opt_out', 'resume'], 'unsubscribed by opt_out at 1'],
    ['two refusals, both lifted', ['opt_out', 'stop_preference', 'opt_in'], 'subscribed by opt_in at 2'],
    ['a list between stop and resume', ['stop', 'import', 'resume'], 'subscribed by resume at 2'],
    ['resumed without ever stopping', ['resume'], 'subscribed by resume at 0'],
  ])('%s', (_, kinds, expected) => {
    expect(outcome(kinds.map((kind, minute) => event(kind, minute)))).toBe(expected);
  });

  it.each<[ConsentKind, ConsentKind]>([
    ['opt_in', 'opt_out'],
    ['start', 'stop'],
    ['resume', 'stop_preference'],
    ['import', 'stop'],
    ['start', 'opt_out'],
  ])('%s and %s at the same instant: the refusal wins', (agreed, refused) => {
    const expected = `unsubscribed by ${refused} at 5`;
    expect(outcome([event(agreed, 5), event(refused, 5)])).toBe(expected);
    expect(outcome([event(refused, 5), event(agreed, 5)])).toBe(expected);
  });

  it('orders events by when they happened, not by when they arrived', () => {
    expect(outcome([event('start', 20), event('stop', 10)])).toBe('subscribed by start at 20');
    expect(outcome([event('stop', 20), event('start', 10)])).toBe('unsubscribed by stop at 20');
  });

  it('keeps the time and source of the deciding event', () => {
    expect(foldConsent([event('import', 1, 'list.csv'), event('stop', 2, 'wamid.X')])).toEqual({
      subscription: 'unsubscribed',
      kind: 'stop',
      since: at(2),
      source: 'wamid.X',
    });
  });
});

describe('any history', () => {
  const events = fc.record({
    kind: fc.constantFrom(...CONSENT_KINDS),
    at: fc.integer({ min: 0, max: 8 }).map(at),
    source: fc.constantFrom('a', 'b'),
  });
  const histories = fc.array(events, { maxLength: 8 });
  const refusals = new Set<ConsentKind>(['opt_out', 'stop', 'stop_preference']);

  it('folds to the same result in every order of arrival and with repetitions', () => {
    const shuffled = histories.chain((history) =>
      fc.tuple(
        fc.constant(history),
        fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([history, again]) => {
        expect(foldConsent(again)).toEqual(foldConsent(history));
      }),
    );
  });

  it('ends unsubscribed if its last instant contains a refusal', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(...refusals), (history, kind) => {
        expect(foldConsent([...history, event(kind, 8)])?.subscription).toBe('unsubscribed');
      }),
    );
  });

  it('ends subscribed after a fresh opt-in, and unchanged after a list', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom<ConsentKind>('opt_in', 'start'), (history, kind) => {
        expect(foldConsent([...history, event(kind, 9)])?.subscription).toBe('subscribed');
        const before = foldConsent(history);
        fc.pre(before !== null);
        expect(foldConsent([...history, event('import', 9)])).toEqual(before);
      }),
    );
  });
});
