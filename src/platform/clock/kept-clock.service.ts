import type { EntityManager } from 'typeorm';

/** How far the clock of this database is from real time, in milliseconds; undefined: it has none of its own. */
export async function keptOffsetMs(db: EntityManager): Promise<number | undefined> {
  const [row] = await db.query<{ offset: string }[]>('SELECT offset_ms AS offset FROM dev_clock');
  return row === undefined ? undefined : Number(row.offset);
}

export async function forgetClock(db: EntityManager): Promise<void> {
  await db.query('DELETE FROM dev_clock');
}
