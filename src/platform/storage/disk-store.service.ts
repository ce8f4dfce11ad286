import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { FileKey, FileStore, StoredFile } from './file-store.js';
import { StorageSettings } from './storage-settings.js';

const KEY = /^[A-Za-z0-9-]+\/[A-Za-z0-9-]+\.[a-z0-9]+$/;
const UNFINISHED = /^\.[0-9a-f]+\.part$/;
/** No upload takes this long: what is older was left behind by a process that died. */
const ABANDONED_MS = 24 * 3_600_000;

/** Files in a directory that all processes of the installation share. */
@Injectable()
export class DiskStore implements FileStore {
  private readonly directory: string;
  private readonly publicUrl: string;

  constructor(settings: StorageSettings, config: Config) {
    this.directory = settings.directory;
    this.publicUrl = config.publicUrl;
  }

  /** Appears whole or not at all, and is still there after a power failure. */
  async put(key: FileKey, bytes: Buffer): Promise<void> {
    const path = this.pathOf(key);
    const known = await stat(path).catch(() => undefined);
    if (known?.size === bytes.length) return;
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const part = join(folder, `.${randomBytes(12).toString('hex')}.part`);
    try {
      const file = await open(part, 'wx', 0o644);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    await syncFolder(folder);
  }

  async read(key: FileKey, maxBytes: number): Promise<Buffer | undefined> {
    const path = this.pathOf(key);
    try {
      return (await stat(path)).size > maxBytes ? undefined : await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async remove(key: FileKey): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  urlOf(key: FileKey): string {
    return `${this.publicUrl}/media/${key}`;
  }

  async open(key: FileKey): Promise<StoredFile | undefined> {
    const file = await open(this.pathOf(key)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (file === undefined) return undefined;
    const { size } = await file.stat();
    return { stream: file.createReadStream(), bytes: size };
  }

  /** Removes what processes that died in the middle of an upload left behind. `now` is the time of the file system. */
  async sweep(now = new Date()): Promise<void> {
    const folders = await readdir(this.directory, { withFileTypes: true }).catch(() => []);
    for (const folder of folders.filter((entry) => entry.isDirectory())) {
      const path = join(this.directory, folder.name);
      for (const name of (await readdir(path)).filter((file) => UNFINISHED.test(file))) {
        const file = join(path, name);
        const found = await stat(file).catch(() => undefined);
        if (found !== undefined && now.getTime() - found.mtimeMs > ABANDONED_MS)
          await rm(file, { force: true });
      }
    }
  }

  private pathOf(key: FileKey): string {
    if (!KEY.test(key)) throw new TypeError(`not a key: ${key}`);
    return join(this.directory, key);
  }
}

/** The new name is an entry of the folder, and is lost with it unless that is written too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
