import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from './build.ts';
import { EmbeddedDatabase } from './supervisor/embedded-database.ts';
import { readSettings } from './supervisor/settings.ts';

/**
 * Runs a program of the application. Without DATABASE_URL, in the embedded database: a running installation's, or one
 * that is started for the purpose. Answers its exit code.
 */
export async function runInDatabase(program: string): Promise<number> {
  await build();
  const settings = readSettings(process.env);
  const database =
    settings.databaseUrl === undefined
      ? new EmbeddedDatabase({ dataDir: settings.dataDir, log: console.log, onMoved: () => undefined })
      : undefined;
  await database?.open();
  try {
    const script = join(import.meta.dirname, '..', '..', 'dist', 'src', program);
    const env = {
      ...process.env,
      DATA_DIR: settings.dataDir,
      DATABASE_URL: database?.url ?? settings.databaseUrl,
    };
    const child = spawn(process.execPath, [script], { env, stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await database?.close();
  }
}
