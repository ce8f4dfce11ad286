import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupContacts, type WholeContact } from './group-contacts.js';

const contact = (phone: string | null, userId: string | null, more: object = {}): WholeContact => ({
  ...{ phone, waId: null, userId, ...more },
});
const places = (...contacts: WholeContact[]) =>
  groupContacts(contacts).map((group) => [group.places, group.isMixed]);

describe('contacts of a batch', () => {
  it.each<[string, WholeContact[], [number[], boolean][]]>([
    ['different people', [contact('+49151', 'A'), contact('+49152', 'B')], [[[0], false], [[1], false]]], // prettier-ignore
    ['the same number', [contact('+49151', null), contact('+49151', 'A')], [[[0, 1], false]]],
    ['the same user id', [contact(null, 'A'), contact('+49151', 'A')], [[[0, 1], false]]],
    ['two spellings', [contact('+5491155550001', null), contact('+541155550001', null)], [[[0, 1], false]]],
    ['a second number', [contact('+49151', 'A'), contact('+49152', 'A')], [[[0, 1], true]]],
    ['a second user id', [contact('+49151', 'A'), contact('+49151', 'B')], [[[0, 1], true]]],
    ['a bridge', [contact('+49151', null), contact(null, 'A'), contact('+49151', 'A')], [[[0, 2], true], [[1], true]]], // prettier-ignore
  ])('are grouped by person: %s', (_, contacts, expected) => {
    expect(places(...contacts)).toEqual(expected);
  });

  it('add up as if they had come one after the other', () => {
    const [group] = groupContacts([
      contact('+49151', null, { name: 'Ana', username: 'ana', waId: '49151' }),
      contact('+49151', 'A', { name: 'Anna', username: 'anna' }),
      contact('+49151', null, { name: '', username: null }),
    ]);
    expect(group?.contact).toEqual({
      ...contact('+49151', 'A'),
      waId: '49151',
      name: 'Ana',
      username: 'anna',
    });
  });

  it('each have exactly one group, and unmixed groups share no identity', () => {
    const any = fc.record({
      phone: fc.constantFrom(null, '+49151', '+49152', '+541155550001', '+5491155550001'),
      userId: fc.constantFrom(null, 'A', 'B', 'C'),
      waId: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(any), (contacts) => {
        const groups = groupContacts(contacts);
        const all = groups.flatMap((group) => group.places).sort((a, b) => a - b);
        expect(all).toEqual(contacts.map((_, place) => place));
        const names = groups.filter(({ isMixed }) => !isMixed).map(({ contact: { userId } }) => userId);
        const known = names.filter((name) => name !== null);
        expect(new Set(known).size).toBe(known.length);
      }),
    );
  });
});
