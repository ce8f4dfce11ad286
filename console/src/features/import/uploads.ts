import { useSyncExternalStore } from 'react';
import { serverNow } from '../../api/session.ts';
import { upload } from '../../api/upload.ts';
import { Problem } from '../../lib/problem.ts';
import { uuidV7 } from '../../lib/uuid-v7.ts';

export type UploadState = 'sending' | 'waiting' | 'done' | 'stopped';

export interface Upload {
  importId: string;
  file: File;
  options: Readonly<Record<string, string>>;
  state: UploadState;
  /** From 0 to 1. */
  part: number;
  error: unknown;
}

const WAIT_SECONDS = 30;

/** Outside of any page, so that a file goes on while its owner walks around. */
let uploads: readonly Upload[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Upload[]): void {
  uploads = next;
  const isUnderWay = uploads.some(({ state }) => state === 'sending' || state === 'waiting');
  if (isUnderWay) window.addEventListener('beforeunload', keepTab);
  else window.removeEventListener('beforeunload', keepTab);
  listeners.forEach((listener) => {
    listener();
  });
}

/** The browser asks in its own words. */
function keepTab(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function patch(importId: string, changes: Partial<Upload>): void {
  change(uploads.map((one) => (one.importId === importId ? { ...one, ...changes } : one)));
}

/** Sends the file as it lies on the disk; the answer comes when all rows are in. Returns the id of the import. */
export function startUpload(file: File, options: Readonly<Record<string, string>>): string {
  const importId = uuidV7(serverNow());
  change([...uploads, { importId, file, options, state: 'sending', part: 0, error: undefined }]);
  void send(importId);
  return importId;
}

async function send(importId: string): Promise<void> {
  const found = uploads.find((one) => one.importId === importId);
  if (found === undefined) return;
  const query = new URLSearchParams({ ...found.options, importId, fileName: found.file.name.slice(-255) });
  patch(importId, { state: 'sending', part: 0 });
  try {
    await upload(`/api/whatsapp/customers/import?${query.toString()}`, found.file, (part) =>
      patch(importId, { part }),
    );
    patch(importId, { state: 'done', part: 1 });
  } catch (error) {
    const isBusy = error instanceof Problem && (error.status === 503 || error.status === 429);
    patch(importId, { state: isBusy ? 'waiting' : 'stopped', error });
    if (!isBusy) return;
    const seconds = error.retryAfterSeconds ?? WAIT_SECONDS;
    window.setTimeout(() => void send(importId), seconds * 1_000);
  }
}

export function forgetUpload(importId: string): void {
  change(uploads.filter((one) => one.importId !== importId));
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
}

export function useUpload(importId: string): Upload | undefined {
  return useUploads().find((one) => one.importId === importId);
}
