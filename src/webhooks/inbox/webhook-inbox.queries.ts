import type pg from 'pg';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';

export interface NewEvent {
  body: Buffer;
  signedWith: string;
  size: number;
}

// The bodies travel as one binary parameter and are split again: as an array they would be written in hex.
const INSERT = `
  INSERT INTO webhook_events (id, organization_id, received_at, signed_with, body)
  SELECT id, $1, $2, signed_with, substring($3::bytea FROM start FOR size)
    FROM unnest($4::uuid[], $5::text[], $6::int[], $7::int[]) AS event (id, signed_with, start, size)`;

export async function insertEvents(
  pool: pg.Pool,
  { organizationId, receivedAt }: { organizationId: string; receivedAt: Date },
  events: readonly NewEvent[],
): Promise<void> {
  const sizes = events.map(({ size }) => size);
  let next = 1;
  await pool.query(INSERT, [
    organizationId,
    receivedAt,
    Buffer.concat(events.map(({ body }) => body)),
    events.map(() => uuidV7()),
    events.map(({ signedWith }) => signedWith),
    sizes.map((size) => (next += size) - size),
    sizes,
  ]);
}
