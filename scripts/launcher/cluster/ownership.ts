import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NOBODY } from './launcher.ts';

/** The server insists on owning its files. Which user it runs as depends on what this machine permits. */
export async function takeOwnership(dir: string, owner: number): Promise<void> {
  const { uid } = await stat(dir);
  if (uid === owner) return;
  const mayTakeOver = process.getuid?.() === 0 && (uid === 0 || uid === NOBODY);
  if (!mayTakeOver) {
    throw new Error(`${dir} belongs to user id ${uid}: start as that user, or choose another DATA_DIR.`);
  }
  for (const entry of await readdir(dir, { recursive: true })) await lchown(join(dir, entry), owner, owner);
  await lchown(dir, owner, owner);
}
