import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When Meta held a message back, and when its answer was lost: the state of the message forgets both. */
export class HeldAndDoubted1764000572000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      'ALTER TABLE whatsapp_messages ADD COLUMN held_at timestamptz, ADD COLUMN doubted_at timestamptz',
    );
    // The answer was awaited when the process or the connection was lost, so the attempt's own time is the best there is.
    await db.query(
      `UPDATE whatsapp_messages SET doubted_at = created_at WHERE status = 'unknown' AND direction = 'out'`,
    );
    await db.query(`
      UPDATE whatsapp_messages SET held_at = coalesce(accepted_at, created_at)
       WHERE status = 'held' AND direction = 'out'`);
    // Slices are purged after two days. Without one the sweep would never find these recipients.
    await db.query(`
      UPDATE campaign_recipients r
         SET status = 'failed', failed_at = now(), updated_at = now(),
             failure_reason = 'unconfirmed: Meta held the message back and has not reported what became of it'
       WHERE r.status = 'held'
         AND NOT EXISTS (SELECT FROM campaign_slices s WHERE s.id = r.slice_id AND s.campaign_id = r.campaign_id)`);
    // Held messages now keep their slice open, so that the sweep finds them.
    await db.query(`
      UPDATE campaign_slices s SET state = 'in_doubt'
       WHERE s.state = 'done'
         AND EXISTS (SELECT FROM campaign_recipients r
                      WHERE r.campaign_id = s.campaign_id AND r.id BETWEEN s.first_recipient AND s.last_recipient
                        AND r.slice_id = s.id AND r.status = 'held')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE whatsapp_messages DROP COLUMN held_at, DROP COLUMN doubted_at');
  }
}
