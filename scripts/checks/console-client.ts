import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

/** Writes the types of the console's client from openapi.yaml, unless they were written from exactly this file. */
const ROOT = join(import.meta.dirname, '..', '..');
const FILE = join(ROOT, 'console', 'src', 'api', 'schema.d.ts');

const yaml = readFileSync(join(ROOT, 'openapi.yaml'), 'utf8');
// With this file, because its options shape the types too.
const own = readFileSync(import.meta.filename, 'utf8');
const stamp = `// From openapi.yaml ${createHash('sha256').update(yaml).update(own).digest('hex')}\n`;
if (!existsSync(FILE) || !readFileSync(FILE, 'utf8').startsWith(stamp)) {
  const types = await openapiTS(new URL('../../openapi.yaml', import.meta.url), {
    // What has a default may be left out of a request.
    defaultNonNullable: false,
  });
  writeFileSync(FILE, stamp + astToString(types));
}
