import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The words of a name, in lower case, as customers are searched by. At most 60 characters of each: enough to find it,
 * and short enough for an index.
 */
const WORDS = `
  SELECT n.campaign_id, "left"(found.word, 60) AS word, n.id
    FROM %s n
   CROSS JOIN LATERAL unnest(string_to_array(lower(translate(n.name,
     E'.,;:!?@#$%^&*-_+=/|<>()[]{}''"\`~\\\\\\t\\n\\r', repeat(' ', 38))), ' ')) AS found (word)
   WHERE n.name IS NOT NULL AND found.word <> ''`;

const INSERT_WORDS = (from: string): string => `
  INSERT INTO recipient_words (campaign_id, word, first_recipient, recipients)
  SELECT campaign_id, word, (array_agg(id ORDER BY id))[1], array_agg(id ORDER BY id)
    FROM (${WORDS.replace('%s', from)}) AS words
   GROUP BY campaign_id, word`;

/** What the console needs of campaigns: the archive, changes while they run, and recipients that are found at once. */
export class CampaignDesk1764000775000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `ALTER TABLE marketing_campaigns ADD archived_at timestamptz, ADD pace_changed_at timestamptz`,
    );
    // A constant default writes no row.
    await db.query(`ALTER TABLE campaign_recipients ADD is_chosen boolean NOT NULL DEFAULT false`);
    // Like all indexes of this table they do not mention status. Only rows that fail, are skipped, or are in a slice are
    // in them, so adding and planning a million recipients costs nothing more.
    await db.query(`
      CREATE INDEX campaign_recipients_error_idx ON campaign_recipients (campaign_id, error_code, id)
       WHERE error_code IS NOT NULL`);
    await db.query(`
      CREATE INDEX campaign_recipients_reason_idx ON campaign_recipients (campaign_id, "left"(failure_reason, 11), id)
       WHERE failure_reason IS NOT NULL`);
    await db.query(`
      CREATE INDEX campaign_recipients_day_idx ON campaign_recipients (campaign_id, scheduled_send_date, id)
       WHERE slice_id IS NOT NULL`);
    await this.createWords(db);
  }

  /**
   * A table of its own, because each change of a recipient's day or slice makes a new entry in every index of the
   * recipients. Here a name is written once, when the recipient is added, and one row holds all that an INSERT added
   * with the same word.
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
    await db.query(INSERT_WORDS('campaign_recipients'));
    await db.query(`
      CREATE FUNCTION note_recipient_words() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        ${INSERT_WORDS('added')};
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER campaign_recipients_words AFTER INSERT ON campaign_recipients
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_recipient_words()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER campaign_recipients_words ON campaign_recipients');
    await db.query('DROP TRIGGER marketing_campaigns_forget_words ON marketing_campaigns');
    await db.query('DROP FUNCTION note_recipient_words(), forget_recipient_words()');
    await db.query('DROP TABLE recipient_words');
    for (const name of ['error', 'reason', 'day'])
      await db.query(`DROP INDEX campaign_recipients_${name}_idx`);
    await db.query('ALTER TABLE campaign_recipients DROP is_chosen');
    await db.query('ALTER TABLE marketing_campaigns DROP archived_at, DROP pace_changed_at');
  }
}
