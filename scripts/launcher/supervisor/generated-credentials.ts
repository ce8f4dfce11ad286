import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SECRETS = ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_APP_SECRET', 'WHATSAPP_VERIFY_TOKEN'] as const;

// Not secret, easy to recognise in a payload, and as long as Meta's.
const IDS = {
  WHATSAPP_PHONE_NUMBER_ID: '101010101010101',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '202020202020202',
  META_BUSINESS_ID: '303030303030303',
};

/** The credentials Meta would issue, for the application and the simulator alike. The secrets are generated once. */
export async function simulatorCredentials(dataDir: string): Promise<Record<string, string>> {
  const path = join(dataDir, 'simulator-credentials.json');
  const stored = await read(path);
  if (stored !== undefined) return stored;

  const secrets = Object.fromEntries(SECRETS.map((name) => [name, randomBytes(24).toString('base64url')]));
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ ...IDS, ...secrets }, null, 2)}\n`, { mode: 0o600 });
  // The first of two starters wins, and no process ever reads half a file.
  await link(draft, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await read(path)) ?? {};
}

async function read(path: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, string>);
}
