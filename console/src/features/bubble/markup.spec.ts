import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runsOf } from './markup.ts';

describe('the marks of WhatsApp', () => {
  it('become styles', () => {
    expect(runsOf('Hi *Ravi*, _only_ ~100~ 70 ```now```!')).toEqual([
      { text: 'Hi ', style: 'plain' },
      { text: 'Ravi', style: 'bold' },
      { text: ', ', style: 'plain' },
      { text: 'only', style: 'italic' },
      { text: ' ', style: 'plain' },
      { text: '100', style: 'struck' },
      { text: ' 70 ', style: 'plain' },
      { text: 'now', style: 'mono' },
      { text: '!', style: 'plain' },
    ]);
  });

  it('stay as they are where they mark nothing', () => {
    for (const text of ['2*3*4', 'snake_case_name', '* a *', 'a*', '']) {
      expect(runsOf(text).every(({ style }) => style === 'plain')).toBe(true);
    }
  });

  it('leave blanks that nothing has filled', () => {
    expect(runsOf('Hi {{1}}.')[1]).toEqual({ text: '{{1}}', style: 'blank' });
  });

  it('never lose a letter', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const letters = (from: string): string => from.replace(/[*_~`]/g, '');
        const shown = runsOf(text).map((run) => run.text);
        expect(letters(shown.join(''))).toBe(letters(text));
      }),
    );
  });
});
