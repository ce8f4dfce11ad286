import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../launcher/build.ts';

/** Writes openapi.yaml from the code. With --check it only reports whether the committed file is up to date. */
const ROOT = join(import.meta.dirname, '..', '..');
const FILE = join(ROOT, 'openapi.yaml');

await build();
const { describeApi } = (await import(join(ROOT, 'dist/src/describe-api.js'))) as {
  describeApi: () => Promise<string>;
};
const described = await describeApi();

if (!process.argv.includes('--check')) {
  writeFileSync(FILE, described);
  console.log('openapi.yaml written');
} else if (readFileSync(FILE, 'utf8') === described) {
  console.log('openapi.yaml matches the code');
} else {
  console.error('openapi.yaml does not match the code: run "npm run openapi" and commit the result');
  process.exitCode = 1;
}
