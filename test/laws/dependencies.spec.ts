import { describe, expect, it } from '@jest/globals';
import { isSpec, sourceFiles } from './source-files.js';

const MOST = 6;

/** The classes whose constructors take more, as `path: count`. */
function heavy(sources: readonly { path: string; text: string }[]): string[] {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(/constructor\(([^)]*)\)/g)]
      .map(([, parameters = '']) => [...parameters.matchAll(/\breadonly \w+:/g)].length)
      .filter((count) => count > MOST)
      .map((count) => `${path}: ${count}`),
  );
}

describe('a class', () => {
  it(`of src has at most ${MOST} dependencies`, () => {
    expect(heavy(sourceFiles('src').filter(({ path }) => !isSpec(path)))).toEqual([]);
  });

  it('with more is found', () => {
    const parameters = 'abcdefg'.split('').map((name) => `    private readonly ${name}: A,`);
    const text = `class Heavy {\n  constructor(\n${parameters.join('\n')}\n  ) {}\n}`;
    expect(heavy([{ path: 'src/heavy.ts', text }])).toEqual(['src/heavy.ts: 7']);
  });
});
