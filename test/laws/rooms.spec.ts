import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { circleIn, countArrows, filesPerFolder, roomGraph } from './rooms.js';
import { filesIn, isSpec, ROOT, sourceFiles } from './source-files.js';

const PROGRAMS = ['src', 'simulator', 'scripts', 'test'];
const MAX_FILES_FLAT = 40;

const sources = sourceFiles('src').filter(({ path }) => !isSpec(path));
const foldersIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);

describe('rooms', () => {
  it.each(foldersIn('src').filter((feature) => foldersIn(feature).length > 0))(
    '%s has no circle between its rooms',
    (feature) => {
      expect(circleIn(roomGraph(feature, sources))).toBeUndefined();
    },
  );

  it('src/campaigns stays small enough to be drawn', () => {
    const graph = roomGraph('src/campaigns', sources);
    expect(graph.size).toBeLessThanOrEqual(15);
    expect(countArrows(graph)).toBeLessThanOrEqual(52);
  });

  it(`no folder holds more than ${MAX_FILES_FLAT} files flat`, () => {
    const counts = [...filesPerFolder(filesIn(...PROGRAMS))];
    expect(counts.filter(([, files]) => files > MAX_FILES_FLAT)).toEqual([]);
  });

  it('no folder has a barrel', () => {
    expect(filesIn(...PROGRAMS, 'migrations').filter((path) => /(^|\/)index\.m?[jt]s$/.test(path))).toEqual(
      [],
    );
  });
});

describe('the search for circles', () => {
  const file = (path: string, ...imports: string[]): { path: string; text: string } => ({
    path: `src/shop/${path}`,
    text: imports.map((target) => `import { x } from '${target}';`).join('\n'),
  });

  it('finds a circle of rooms although no two files import each other', () => {
    const graph = roomGraph('src/shop', [
      file('cart/cart.ts', '../price/price.js'),
      file('cart/line.ts'),
      file('price/price.ts'),
      file('price/discount.ts', '../cart/line.js'),
    ]);
    expect(circleIn(graph)).toEqual([
      'src/shop/cart/cart.ts -> src/shop/price/price.ts',
      'src/shop/price/discount.ts -> src/shop/cart/line.ts',
    ]);
  });

  it('counts a type import, and takes a file at the root for a room of its own', () => {
    const graph = roomGraph('src/shop', [
      { path: 'src/shop/shop.module.ts', text: "import type { Cart } from './cart/cart.js';" },
      file('cart/cart.ts', '../../rules/money/money.js'),
    ]);
    expect(graph.size).toBe(2);
    expect(countArrows(graph)).toBe(1);
    expect(circleIn(graph)).toBeUndefined();
  });
});
