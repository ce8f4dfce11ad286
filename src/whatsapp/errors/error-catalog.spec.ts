import { describe, expect, it } from '@jest/globals';
import { catalogEntry } from './classify-error.js';
import { ERROR_CATALOG } from './error-catalog.js';

// The codes of section 4 of our digest of Meta's error page, copied by hand: a code lost here fails below.
const DOCUMENTED = [
  0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 250, 299, 368, 1026, 80007, 80008, 130403, 130429, 130472, 130497,
  131000, 131005, 131008, 131009, 131016, 131021, 131026, 131030, 131031, 131037, 131042, 131045, 131047,
  131048, 131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131059, 131062, 131063, 131064,
  132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069, 133000, 133004, 133005,
  133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102, 135000, 137000, 139200,
  141002, 1752041, 2388019, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2494100, 200005, 200006,
  200007,
];
const IN_DOUBT = [1, 2, 131000, 131016, 133004];

describe('the error catalogue', () => {
  it.each(DOCUMENTED)('knows %i', (code) => {
    expect(catalogEntry(code)).not.toBeNull();
  });

  it('names each code once', () => {
    const codes = ERROR_CATALOG.map(({ code }) => String(code));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('leaves in doubt exactly the codes after which Meta may have sent the message', () => {
    const doubted = ERROR_CATALOG.filter(({ certainty }) => certainty === 'in-doubt').map(({ code }) => code);
    expect(doubted).toEqual(IN_DOUBT);
  });

  it('never sends again by itself after an answer in doubt', () => {
    for (const entry of ERROR_CATALOG.filter(({ certainty }) => certainty === 'in-doubt')) {
      expect(entry.synchronous).toEqual({ kind: 'in-doubt' });
      expect(entry.asynchronous.kind).not.toBe('in-doubt');
    }
  });

  it('explains every code to an operator in full sentences', () => {
    for (const { title, explanation } of ERROR_CATALOG) {
      expect(title).toMatch(/^[A-Z]\S/);
      expect(explanation).toMatch(/^[A-Z].{30,}\.$/);
    }
  });

  it('stops the campaign or fails one recipient, but never passes on, for every template code', () => {
    for (let code = 132000; code <= 132999; code++) {
      const kind = catalogEntry(code)?.synchronous.kind;
      expect(kind).toBe(code === 132005 ? 'fail' : code === 132016 ? 'end-campaign' : 'pause-campaign');
    }
  });
});
