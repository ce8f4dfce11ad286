import { expect, it } from '@jest/globals';
import { type SourceFile, sourceFiles } from './source-files.js';

/** Swagger knows a schema by the name of its class: of two with one name, the document shows only the last. */
function doubled(sources: readonly Pick<SourceFile, 'path' | 'text'>[]): string[] {
  const files = new Map<string, string[]>();
  for (const { path, text } of sources) {
    for (const [, name = ''] of text.matchAll(/export (?:abstract )?class (\w*Dto)\b/g))
      files.set(name, [...(files.get(name) ?? []), path]);
  }
  return [...files].flatMap(([name, paths]) => (paths.length > 1 ? [`${name}: ${paths.join(', ')}`] : []));
}

it('no two DTO classes share a name', () => {
  expect(doubled(sourceFiles('src'))).toEqual([]);
});

it('a name that is taken twice is found', () => {
  const text = 'export class ShownDto {}';
  expect(
    doubled([
      { path: 'src/a.dto.ts', text },
      { path: 'src/b.dto.ts', text },
    ]),
  ).toEqual(['ShownDto: src/a.dto.ts, src/b.dto.ts']);
});
