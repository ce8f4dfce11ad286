import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Styles name sides by the direction of reading, so that every page can be turned round, and colours by their tokens,
 * so that there is a dark one for each.
 */
const SOURCES = join(import.meta.dirname, '..', '..', 'console', 'src');
const SIDES = /\b(left|right)\b/;
const COLOUR = /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i;

const problems = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css'))
  .flatMap((name) =>
    readFileSync(join(SOURCES, name), 'utf8')
      .replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
      .split('\n')
      .flatMap((line, index) => {
        const at = `console/src/${name}:${index + 1}`;
        return [
          ...(SIDES.test(line) ? [`${at} names a side: use inline-start or inline-end`] : []),
          ...(COLOUR.test(line) && name !== 'tokens.css'
            ? [`${at} has a colour of its own: use a token`]
            : []),
        ];
      }),
  );
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
