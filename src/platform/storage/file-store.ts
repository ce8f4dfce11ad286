import type { Readable } from 'node:stream';

/** `folder/name`, both of characters that need no escaping anywhere. */
export type FileKey = `${string}/${string}`;

export interface StoredFile {
  stream: Readable;
  bytes: number;
}

/** The folder of files that the world may not read; no route serves it. */
export const PRIVATE_FOLDER = 'private-';

/** Keeps files under names that do not change. Every call may be repeated: the end is the same. */
export interface FileStore {
  put: (key: FileKey, bytes: Buffer, contentType: string) => Promise<void>;
  /** Undefined: there is no such file, or it is longer than `maxBytes`. */
  read: (key: FileKey, maxBytes: number) => Promise<Buffer | undefined>;
  remove: (key: FileKey) => Promise<void>;
  urlOf: (key: FileKey) => string;
}
