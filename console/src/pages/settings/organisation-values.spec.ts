import { describe, expect, it } from '@jest/globals';
import { changesOf, valuesOf } from './organisation-values.ts';
import type { OrganizationSettings } from './organisation.query.ts';

const settings: OrganizationSettings = {
  id: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d',
  name: 'Bali Tours',
  createdAt: '2025-06-01T10:00:00Z',
  consentPolicy: 'explicit',
  defaultCountry: null,
  stopWords: ['no more', 'genug'],
  startWords: [],
  stopConfirmation: '',
  startConfirmation: null,
  frequencyCap: { messages: 3, days: 14 },
  linkDomains: null,
  attributionWindows: { click: 'P5D', reply: 'P5D', read: 'P1D', delivered: null },
  timeZone: 'Asia/Kolkata',
  sendWindow: null,
  dailyRunAt: '0 9 * * *',
};

describe('the settings of a shop in their form', () => {
  it('are saved as they were when nothing was changed', () => {
    const changes = changesOf(valuesOf(settings));
    expect(Object.keys(changes)).toHaveLength(8);
    expect(settings).toMatchObject(changes);
  });

  it('tell an own sentence, none, and the one that comes with Drumbeat apart', () => {
    const values = valuesOf(settings);
    expect([values.stop.kind, values.start.kind]).toEqual(['none', 'builtIn']);
    const own = { ...values, start: { kind: 'own' as const, text: ' Welcome back. ' } };
    expect(changesOf(own)).toMatchObject({ stopConfirmation: '', startConfirmation: 'Welcome back.' });
  });

  it('take a word once and a country in capitals', () => {
    const values = { ...valuesOf(settings), stopWords: 'halt\n\n halt \n', defaultCountry: ' in ' };
    expect(changesOf(values)).toMatchObject({ stopWords: ['halt'], defaultCountry: 'IN' });
  });
});
