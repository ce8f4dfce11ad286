import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A sender counts once Meta has confirmed that its token may use its number and its account, so only verified senders
 * hold a number. Rows that were synced, or that Meta has taken messages from, have shown that for their number. An account that several organizations name
 * has to be confirmed first.
 */
export class VerifiedSenders1764000560000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      'ALTER TABLE senders ADD COLUMN verified_at timestamptz, ADD COLUMN verification_problem text',
    );
    await db.query(`
      UPDATE senders s SET verified_at = coalesce(s.synced_at, s.updated_at)
       WHERE (s.synced_at IS NOT NULL
              OR EXISTS (SELECT FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
                          WHERE c.sender_id = s.id AND r.sent_at IS NOT NULL))
         AND NOT EXISTS (SELECT 1 FROM senders o
                          WHERE o.business_account_id = s.business_account_id
                            AND o.organization_id <> s.organization_id)`);
    await db.query('DROP INDEX senders_phone_number_idx');
    await db.query(
      'CREATE UNIQUE INDEX senders_phone_number_idx ON senders (phone_number_id) WHERE verified_at IS NOT NULL',
    );
    await db.query(
      'CREATE UNIQUE INDEX senders_organization_number_idx ON senders (organization_id, phone_number_id)',
    );
  }

  /** Fails while two organizations name one number: one of the senders has to be deleted first. */
  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX senders_organization_number_idx');
    await db.query('DROP INDEX senders_phone_number_idx');
    await db.query('CREATE UNIQUE INDEX senders_phone_number_idx ON senders (phone_number_id)');
    await db.query('ALTER TABLE senders DROP COLUMN verified_at, DROP COLUMN verification_problem');
  }
}
