import { describe, expect, it } from '@jest/globals';
import { bannedWords } from '../../scripts/checks/banned-words.ts';

const wordsIn = (text: string, path = 'src/planted.ts'): string[] =>
  bannedWords(path, text).map(({ line, words }) => `${line} ${words}`);
// Put together here, because the check reads this file too.
const WHO = 'who' + 'ever';
const NO = ['is', 'no'].join(' ');

describe('the check of words', () => {
  it('finds a banned word in a comment, a string and a template, with its line', () => {
    expect(wordsIn(`// for ${WHO} reads\nconst a = '${WHO}';\nconst b = \`\${a} ${WHO} \${a}\`;`)).toEqual([
      `1 ${WHO}`,
      `2 ${WHO}`,
      `3 ${WHO}`,
    ]);
  });

  it('reads the pages of the console too', () => {
    const page = `/** For ${WHO} reads. */\nconst Page = () => <p title="${WHO}">{words.a}</p>;`;
    expect(wordsIn(page, 'console/src/planted.tsx')).toEqual([`1 ${WHO}`, `2 ${WHO}`]);
    expect(wordsIn(`/* For ${WHO} reads. */`, 'console/src/planted.css')).toEqual([`1 ${WHO}`]);
  });

  it('reads a phrase over the lines of one comment', () => {
    expect(wordsIn(`/**\n * This is\n * no number.\n */`)).toEqual([`2 ${NO}`]);
    expect(wordsIn(`// This is\n// no number.`)).toEqual([`1 ${NO}`]);
  });

  it('leaves code and regular expressions alone', () => {
    expect(wordsIn(`const ${WHO} = /${WHO}/; f(${WHO}, 'is', 'no number');`)).toEqual([]);
  });

  it('leaves plain English alone', () => {
    expect(wordsIn('// There is no such key, and it is no longer asked for; so many customers.')).toEqual([]);
  });

  it('finds a banned word anywhere in a page', () => {
    expect(wordsIn(`# Title\n\nFor ${WHO} reads.`, 'docs/page.md')).toEqual([`3 ${WHO}`]);
  });
});
