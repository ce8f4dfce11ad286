import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Keyword, KNOWN_WORDS, keywordMatcher } from './stop-words.js';

const match = keywordMatcher();

describe('a keyword message', () => {
  it.each<[string, Keyword]>([
    ['STOP', 'stop'],
    ['stop', 'stop'],
    ['Stop.', 'stop'],
    ['  stop\n', 'stop'],
    ['stop'.padEnd(1_000), 'stop'],
    ['ايقاف', 'stop'],
    ['"STOP"!!!', 'stop'],
    ['STOP 🛑', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['S T O P', 'stop'],
    ['stop-all', 'stop'],
    ['UNSUBSCRIBE', 'stop'],
    ['Opt-Out', 'stop'],
    ['Arrêt', 'stop'],
    ['ARRET', 'stop'],
    ['se désabonner', 'stop'],
    ['Baja', 'stop'],
    ['¡BAJA!', 'stop'],
    ['SAIR', 'stop'],
    ['cancelar inscrição', 'stop'],
    ['Abonelikten çık', 'stop'],
    ['ABONELİKTEN ÇIK', 'stop'],
    ['СТОП', 'stop'],
    ['إيقاف', 'stop'],
    ['تَوَقَّف', 'stop'],
    ['הסר', 'stop'],
    ['बंद करें', 'stop'],
    ['退订', 'stop'],
    ['START', 'start'],
    ['start!', 'start'],
    ['Unstop', 'start'],
    ["S'abonner", 'start'],
    ['शुरू करें', 'start'],
  ])('%s', (text, keyword) => {
    expect(match(text)).toBe(keyword);
  });
});

describe('any other message', () => {
  it.each([
    "please don't stop",
    'Stop sending me the wrong size',
    'When does the sale start?',
    'nonstop',
    'stopover',
    'Where is the bus stop',
    'cancel', // it may be an order
    'end',
    'yes',
    'हाँ',
    'बंद', // "closed": the shop, perhaps
    '',
    '   ',
    '!!!',
    '👍',
    'stop'.padEnd(61, '!'),
  ])('"%s" is not a keyword', (text) => {
    expect(match(text)).toBeNull();
  });
});

describe('an organization with its own words', () => {
  it('extends the built-in words', () => {
    const own = keywordMatcher({ stop: ['Cancel', 'Genug!'], start: ['Weiter'] });
    expect([own('CANCEL'), own('genug'), own('weiter'), own('STOP'), own('start')]).toEqual([
      'stop',
      'stop',
      'start',
      'stop',
      'start',
    ]);
    expect(match('cancel')).toBeNull();
  });

  it('cannot change the meaning of a stop word', () => {
    expect(keywordMatcher({ start: ['stop'] })('stop')).toBe('stop');
    expect(keywordMatcher({ stop: ['start'] })('start')).toBe('stop');
  });

  it('ignores empty words', () => {
    const own = keywordMatcher({ stop: ['', '!!!'] });
    expect([own(''), own('?'), own('👍')]).toEqual([null, null, null]);
  });
});

describe('every built-in word', () => {
  const around = fc.constantFrom('', ' ', '!', '...', '\n', '“', '🙏', '\u200F');
  const words = (list: readonly string[]) => fc.constantFrom(...list);

  it('is recognised in any letter case and with punctuation around it', () => {
    fc.assert(
      fc.property(words(KNOWN_WORDS.stop), around, around, (word, before, after) => {
        expect(match(before + word.toUpperCase() + after)).toBe('stop');
        expect(match(before + word.normalize('NFD') + after)).toBe('stop');
      }),
    );
  });

  it('has one meaning', () => {
    for (const word of KNOWN_WORDS.start) expect(match(word)).toBe('start');
    for (const word of KNOWN_WORDS.stop) expect(match(word)).toBe('stop');
  });

  it('is ignored inside a sentence', () => {
    fc.assert(
      fc.property(words([...KNOWN_WORDS.stop, ...KNOWN_WORDS.start]), (word) => {
        expect(match(`please ${word} the music`)).toBeNull();
      }),
    );
  });
});
