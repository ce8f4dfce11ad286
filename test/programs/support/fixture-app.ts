import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const pg = createRequire(import.meta.url).resolve('pg');

// The least an application does for its supervisor: check its settings, use the database, report that it is ready.
const CONFIG = `
  export class ConfigError extends Error { name = 'ConfigError'; }
  export function loadSettings(env) {
    if (env.PORT === 'http') throw new ConfigError('PORT: must be a number from 0 to 65535');
  }`;

const SERVE = `
  import { createServer } from 'node:http';
  export function serve(port, answer) {
    return new Promise((resolve) => {
      const server = createServer(async (request, response) => response.end(JSON.stringify(await answer(request))));
      server.once('error', () => { console.error('Port ' + port + ' is taken.'); process.exit(1); });
      server.listen(port, '127.0.0.1', resolve);
    });
  }
  process.once('disconnect', () => setTimeout(() => process.exit(1), Number(process.env.FIXTURE_LINGERS_MS ?? 0)));
  process.on('SIGTERM', () => { if (!process.env.FIXTURE_HANGS) process.exit(0); });`;

const APP = `
  import { writeFileSync } from 'node:fs';
  import pg from ${JSON.stringify(pg)};
  import { serve } from './serve.js';
  const { PORT, DATA_DIR, DATABASE_URL, FIXTURE_DATABASE = 'on' } = process.env;
  const query = async (sql) => {
    if (FIXTURE_DATABASE === 'off') return [];
    const client = new pg.Client({ connectionString: DATABASE_URL });
    client.on('error', () => {});
    await client.connect();
    try { return (await client.query(sql)).rows; } finally { await client.end(); }
  };
  await query('CREATE TABLE IF NOT EXISTS start (id serial); INSERT INTO start DEFAULT VALUES');
  await serve(Number(PORT), async () => {
    const [row] = await query('SELECT count(*)::int AS starts FROM start').catch(() => []);
    return { pid: process.pid, starts: row?.starts, env: process.env };
  });
  process.send({ type: 'ready', url: 'http://127.0.0.1:' + PORT });`;

const SIMULATOR = `
  import { serve } from '../src/serve.js';
  await serve(Number(process.env.SIMULATOR_PORT), () => ({ pid: process.pid, env: process.env }));`;

/** A stand-in for dist/, as small as possible. */
export function writeFixtureApp(dist: string): void {
  const files = {
    'package.json': '{ "type": "module" }',
    'src/settings.js': CONFIG,
    'src/serve.js': SERVE,
    'src/main.js': APP,
    'simulator/main.js': SIMULATOR,
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(dist, dirname(file)), { recursive: true });
    writeFileSync(join(dist, file), content);
  }
}
