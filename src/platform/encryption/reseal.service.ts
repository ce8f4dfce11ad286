import type { DataSource, EntityManager } from 'typeorm';
import type { Cipher } from './cipher.js';

export interface SealedValue {
  /** Orders the values and finds their row again. */
  key: string;
  context: string;
  sealed: string;
}

/** A column with sealed values. The owner of the table brings it. */
export interface SealedColumn {
  name: string;
  /**
   * Locks values after `after` that do not start with `sealPrefix`, in the order of their keys. A change of the row
   * waits, and is sealed with the current key anyway.
   */
  lockStale(
    tx: EntityManager,
    { sealPrefix, after, limit }: { sealPrefix: string; after: string | null; limit: number },
  ): Promise<SealedValue[]>;
  store(tx: EntityManager, values: readonly { key: string; sealed: string }[]): Promise<void>;
}

export interface Resealed {
  name: string;
  resealed: number;
  /** Values that neither key opens. They were lost before, and stay as they are. */
  unreadable: string[];
}

const BITE = 500;

/**
 * Seals every value with the current key, bite by bite, while the application runs. Each bite is a transaction, so
 * a run that was interrupted can simply be started again.
 */
export async function resealColumn(
  source: DataSource,
  cipher: Cipher,
  column: SealedColumn,
  bite = BITE,
): Promise<Resealed> {
  const result: Resealed = { name: column.name, resealed: 0, unreadable: [] };
  let after: string | null = null;
  for (;;) {
    const from: string | null = after;
    const { last, size, resealed, unreadable } = await source.transaction(async (tx) => {
      const { sealPrefix } = cipher;
      const stale = await column.lockStale(tx, { sealPrefix, after: from, limit: bite });
      const opened = stale.map((value) => ({ ...value, plain: opens(cipher, value) }));
      const values = opened.flatMap(({ key, context, plain }) =>
        plain === undefined ? [] : [{ key, sealed: cipher.encrypt(plain, context) }],
      );
      if (values.length > 0) await column.store(tx, values);
      return {
        last: stale.at(-1)?.key ?? null,
        size: stale.length,
        resealed: values.length,
        unreadable: opened.flatMap(({ key, plain }) => (plain === undefined ? [key] : [])),
      };
    });
    result.resealed += resealed;
    result.unreadable.push(...unreadable);
    if (size < bite) return result;
    after = last;
  }
}

function opens(cipher: Cipher, { sealed, context }: SealedValue): string | undefined {
  try {
    return cipher.decrypt(sealed, context);
  } catch {
    return undefined;
  }
}
