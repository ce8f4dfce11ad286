import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '../../src/platform/clock/clock.js';

/** Meta keeps an upload for 30 days. */
const LIFE_MS = 30 * 86_400_000;

export interface UploadedFile {
  id: string;
  phoneId: string;
  mimeType: string;
  sha256: string;
  size: number;
  expiresAt: Date;
}

interface UploadSession {
  id: string;
  mimeType: string;
  size: number;
}

/** Files that messages name by id, and examples that templates name by handle. The bytes themselves are not kept. */
export class MediaShelf {
  private readonly files = new Map<string, UploadedFile>();
  private readonly sessions = new Map<string, UploadSession>();
  private readonly handles = new Map<string, string>();

  constructor(private readonly clock: Clock) {}

  add(phoneId: string, mimeType: string, content: Buffer): UploadedFile {
    const file = {
      id: `9${String(randomInt(10 ** 14)).padStart(15, '0')}`,
      phoneId,
      mimeType,
      sha256: createHash('sha256').update(content).digest('hex'),
      size: content.length,
      expiresAt: new Date(this.clock.now().getTime() + LIFE_MS),
    };
    this.files.set(file.id, file);
    return file;
  }

  all(): UploadedFile[] {
    return [...this.files.values()];
  }

  /** Undefined once it has expired. */
  get(id: string): UploadedFile | undefined {
    const file = this.files.get(id);
    return file !== undefined && file.expiresAt > this.clock.now() ? file : undefined;
  }

  /** Whether a number may send it; `never`: no file has had this id here. */
  standing(id: string, phoneId: string): 'alive' | 'dead' | 'never' {
    if (!this.files.has(id)) return 'never';
    return this.get(id)?.phoneId === phoneId ? 'alive' : 'dead';
  }

  /** The id stays known as one that is dead. */
  remove(file: UploadedFile): void {
    file.expiresAt = this.clock.now();
  }

  begin(mimeType: string, size: number): UploadSession {
    const id = `upload:${randomBytes(24).toString('base64url')}`;
    const session = { id, mimeType, size };
    this.sessions.set(id, session);
    return session;
  }

  session(id: string): UploadSession | undefined {
    return this.sessions.get(id);
  }

  finish({ id, mimeType }: UploadSession): string {
    this.sessions.delete(id);
    const handle = `4::${Buffer.from(mimeType).toString('base64')}:${randomBytes(16).toString('base64url')}`;
    this.handles.set(handle, mimeType);
    return handle;
  }

  /** The type of the file behind a handle. */
  typeOf(handle: string): string | undefined {
    return this.handles.get(handle);
  }
}
