import { join } from 'node:path';
import { build } from './build.ts';
import { EmbeddedDatabase } from './supervisor/embedded-database.ts';
import { readSettings } from './supervisor/settings.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

// Seals the stored secrets with a new ENCRYPTION_KEY. Without DATABASE_URL, in the embedded database: a running
// installation's, or one that is started for the purpose.
await build();
const settings = readSettings(process.env);
const database =
  settings.databaseUrl === undefined
    ? new EmbeddedDatabase({ dataDir: settings.dataDir, log: console.log, onMoved: () => undefined })
    : undefined;
await database?.open();
try {
  const script = join(import.meta.dirname, '..', '..', 'dist', 'src', 'reseal.js');
  const env = {
    ...process.env,
    DATA_DIR: settings.dataDir,
    DATABASE_URL: database?.url ?? settings.databaseUrl,
  };
  const [code] = (await once(spawn(process.execPath, [script], { env, stdio: 'inherit' }), 'exit')) as [
    number | null,
  ];
  process.exitCode = code ?? 1;
} finally {
  await database?.close();
}
