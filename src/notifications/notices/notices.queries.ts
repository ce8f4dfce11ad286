import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

export interface NewNotice {
  organizationId: string;
  /** What happened, as a stable word. */
  kind: string;
  /** A sentence for people. */
  text: string;
  objectKind: string | null;
  objectId: string | null;
}

export interface Notice extends Omit<NewNotice, 'organizationId'> {
  id: string;
  at: Date;
  isRead: boolean;
}

export async function insertNotices(
  tx: EntityManager,
  notices: readonly (NewNotice & { id: string })[],
  now: Date,
): Promise<void> {
  const column = <T>(read: (notice: NewNotice & { id: string }) => T): T[] => notices.map(read);
  await execute(
    tx,
    sql`INSERT INTO notifications (id, organization_id, at, kind, text, object_kind, object_id)
        SELECT id, organization_id, ${now}::timestamptz, kind, text, object_kind, object_id
          FROM unnest(${column(({ id }) => id)}::uuid[], ${column((one) => one.organizationId)}::uuid[],
                      ${column(({ kind }) => kind)}::text[], ${column(({ text }) => text)}::text[],
                      ${column((one) => one.objectKind)}::text[], ${column(({ objectId }) => objectId)}::uuid[])
            AS notice (id, organization_id, kind, text, object_kind, object_id)`,
  );
}

export interface NoticesPlace {
  /** Who reads. */
  reader: string;
  unread: boolean;
  before: string | undefined;
  limit: number;
  offset: number;
}

export async function listNotices(
  db: EntityManager,
  organizationId: string,
  { reader, unread, before, limit, offset }: NoticesPlace,
): Promise<Notice[]> {
  return rowsOf(
    db,
    sql`SELECT ${columns(reader)} FROM notifications
         WHERE organization_id = ${organizationId} AND ${unreadBy(reader, unread)}
           AND (${before ?? null}::uuid IS NULL OR id < ${before ?? null}::uuid)
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countNotices(
  db: EntityManager,
  organizationId: string,
  { reader, unread }: { reader: string; unread: boolean },
): Promise<number> {
  const row = await firstOf<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM notifications
         WHERE organization_id = ${organizationId} AND ${unreadBy(reader, unread)}`,
  );
  return row?.count ?? 0;
}

/** The first reading counts; another one changes nothing. */
export async function markRead(
  tx: EntityManager,
  organizationId: string,
  id: string,
  { reader, now }: { reader: string; now: Date },
): Promise<Notice | undefined> {
  await execute(
    tx,
    sql`UPDATE notifications SET read_by = jsonb_build_object(${reader}::text, ${now}::timestamptz) || read_by
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return firstOf(
    tx,
    sql`SELECT ${columns(reader)} FROM notifications WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

function columns(reader: string): Sql {
  return sql`id, at, kind, text, object_kind AS "objectKind", object_id AS "objectId",
    jsonb_exists(read_by, ${reader}) AS "isRead"`;
}

function unreadBy(reader: string, unread: boolean): Sql {
  return unread ? sql`NOT jsonb_exists(read_by, ${reader})` : sql`true`;
}

/** The oldest first, at most so many. */
export async function deleteOldNotices(tx: EntityManager, before: Date, limit: number): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM notifications WHERE id IN
          (SELECT id FROM notifications WHERE at < ${before} ORDER BY at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
}
