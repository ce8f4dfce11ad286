import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the console needs of campaigns: the archive, changes while they run, and recipients that are found at once. */
export class CampaignDesk1764000775000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `ALTER TABLE marketing_campaigns ADD archived_at timestamptz, ADD pace_changed_at timestamptz`,
    );
    // A constant default writes no row. Nothing else here reads or writes the recipients, so sending waits for
    // milliseconds; the next migration fills what is added here.
    await db.query(`ALTER TABLE campaign_recipients ADD is_chosen boolean NOT NULL DEFAULT false`);
    await this.createWords(db);
  }

  /**
   * A table of its own, because each change of a recipient's day or slice makes a new entry in every index of the
   * recipients. Here a name is written once, when the recipient is added, and one row holds up to a thousand that an
   * INSERT added with the same word.
   */
  private async createWords(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE recipient_words (
        campaign_id uuid NOT NULL,
        word text COLLATE "C" NOT NULL,
        first_recipient uuid NOT NULL,
        recipients uuid[] NOT NULL,
        CONSTRAINT recipient_words_pkey PRIMARY KEY (campaign_id, word, first_recipient)
      )`);
    // In place of a foreign key, which would look the campaign up again for every word.
    await db.query(`
      CREATE FUNCTION forget_recipient_words() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        DELETE FROM recipient_words WHERE campaign_id = OLD.id;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER marketing_campaigns_forget_words AFTER DELETE ON marketing_campaigns
        FOR EACH ROW EXECUTE FUNCTION forget_recipient_words()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER marketing_campaigns_forget_words ON marketing_campaigns');
    await db.query('DROP FUNCTION forget_recipient_words()');
    await db.query('DROP TABLE recipient_words');
    await db.query('ALTER TABLE campaign_recipients DROP is_chosen');
    await db.query('ALTER TABLE marketing_campaigns DROP archived_at, DROP pace_changed_at');
  }
}
