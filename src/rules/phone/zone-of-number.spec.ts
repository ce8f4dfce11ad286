import { describe, expect, it } from '@jest/globals';
import { zoneOfCountry } from './zone-of-country.js';
import { zoneNamed, zoneOfNumber, zoneOfPerson, zonesOfPrefixes } from './zone-of-number.js';

describe('the zone of a country', () => {
  it.each([
    ['DE', 'Europe/Berlin'],
    ['IN', 'Asia/Kolkata'],
    ['AE', 'Asia/Dubai'],
    ['NP', 'Asia/Kathmandu'],
    ['AR', 'America/Argentina/Buenos_Aires'],
    ['CN', 'Asia/Shanghai'],
    ['UA', 'Europe/Kyiv'],
    ['GB', 'Europe/London'],
    ['US', null],
    ['BR', null],
    ['RU', null],
    ['AU', null],
    ['ES', null],
    ['KI', null],
    ['XX', null],
  ])('%s: %p', (country, zone) => {
    expect(zoneOfCountry(country)).toBe(zone);
  });
});

describe('the zone of a number', () => {
  it.each([
    ['+919978783238', 'Asia/Kolkata'],
    ['+4915112345678', 'Europe/Berlin'],
    ['+971501234567', 'Asia/Dubai'],
    ['+9779812345678', 'Asia/Kathmandu'],
    ['+447400123456', 'Europe/London'],
    ['+447781123456', 'Europe/London'], // Guernsey has the same time
    ['+18762345678', 'America/Jamaica'],
    ['+390612345678', 'Europe/Rome'],
    ['+77012345678', 'Asia/Almaty'],
    ['+79161234567', null],
    ['+14694652751', null],
    ['+14162345678', null],
    ['+5511987654321', null],
    ['+262692123456', null], // Réunion and Mayotte share the code, not the time
    ['+881612345678', null],
    ['+15551234567', null],
  ])('%s: %p', (number, zone) => {
    expect(zoneOfNumber(number)).toBe(zone);
  });

  it('names only zones that exist, and no beginning is longer than five characters', () => {
    const entries = [...zonesOfPrefixes()];
    expect(entries.length).toBeGreaterThan(150);
    for (const [prefix, zone] of entries) {
      expect(prefix).toMatch(/^\+\d{1,4}$/);
      expect(zoneNamed(zone)).toBe(zone);
    }
  });
});

describe('the zone of a person', () => {
  it.each([
    ['a zone in the profile', 'America/Chicago', '+919978783238', 'America/Chicago'],
    ['in another spelling', 'asia/kathmandu', '+919978783238', 'Asia/Kathmandu'],
    ['half an hour east', 'Australia/Lord_Howe', null, 'Australia/Lord_Howe'],
    ['no zone', 'Mars/Base', '+919978783238', 'Asia/Kolkata'],
    ['an offset is none', '+05:30', '+14694652751', null],
    ['not even a text', 5, '+971501234567', 'Asia/Dubai'],
    ['nothing in the profile', undefined, '+5511987654321', null],
    ['nothing at all', null, null, null],
  ])('%s', (_, timeZone, number, zone) => {
    expect(zoneOfPerson(timeZone, number)).toBe(zone);
  });
});
