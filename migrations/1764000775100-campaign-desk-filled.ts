import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to here the words of the rest stay as they are; beyond it, writing them again is faster than searching them. */
const FEW = 2_000;

const SIGNS = '.,;:!?@#$%^&*-_+=/|<>()[]{}\'"`~\\';
/** What JavaScript calls white space. */
const BLANKS =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const SEPARATORS = Array.from(SIGNS + BLANKS);
const escape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * The words of a name, in lower case, as customers are searched by. At most 60 characters of each: enough to find it,
 * and short enough for an index.
 */
const WORDS = (from: string): string => `
  SELECT n.campaign_id, "left"(found.word, 60) AS word, n.id
    FROM ${from} n
   CROSS JOIN LATERAL unnest(string_to_array(lower(translate(n.name,
     E'${SEPARATORS.map(escape).join('')}', repeat(' ', ${SEPARATORS.length}))), ' ')) AS found (word)
   WHERE n.name IS NOT NULL AND found.word <> ''`;

/** Recipients of a row: taking one of them out writes the row again. */
const IN_A_ROW = 1_000;

const INSERT_WORDS = (from: string): string => `
  INSERT INTO recipient_words (campaign_id, word, first_recipient, recipients)
  SELECT campaign_id, word, ids[start], ids[start:start + ${IN_A_ROW - 1}]
    FROM (SELECT campaign_id, word, array_agg(DISTINCT id ORDER BY id) AS ids FROM (${WORDS(from)}) AS words
           GROUP BY campaign_id, word) AS found
   CROSS JOIN LATERAL generate_series(1, cardinality(ids), ${IN_A_ROW}) AS start`;

/** Of the rows of these words, those whose range of ids has one that is gone. */
const REMOVE_WORDS = `
  WITH gone AS MATERIALIZED (
    SELECT campaign_id, word, array_agg(DISTINCT id ORDER BY id) AS ids FROM (${WORDS('removed')}) AS words
     GROUP BY campaign_id, word
  ), kept AS MATERIALIZED (
    SELECT w.campaign_id, w.word, w.first_recipient, cardinality(w.recipients) AS before,
           ARRAY(SELECT unnest(w.recipients) EXCEPT SELECT unnest(g.ids) ORDER BY 1) AS recipients
      FROM gone g
      JOIN recipient_words w
        ON w.campaign_id = g.campaign_id AND w.word = g.word AND w.first_recipient <= g.ids[cardinality(g.ids)]
       AND w.recipients[cardinality(w.recipients)] >= g.ids[1]
  ), emptied AS (
    DELETE FROM recipient_words w USING kept k
     WHERE (w.campaign_id, w.word, w.first_recipient) = (k.campaign_id, k.word, k.first_recipient)
       AND k.recipients = '{}'
  )
  UPDATE recipient_words w SET recipients = k.recipients FROM kept k
   WHERE (w.campaign_id, w.word, w.first_recipient) = (k.campaign_id, k.word, k.first_recipient)
     AND cardinality(k.recipients) BETWEEN 1 AND k.before - 1`;

/**
 * What the console searches recipients by. In several transactions, so that sending waits for none of them for long: each
 * index has its own, and each campaign, whose own lock keeps its recipients as they are meanwhile. One that breaks off
 * begins again, and what it finds done is done once more.
 */
export class CampaignDeskFilled1764000775100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Before the campaigns are read, so that no recipient is missed who is added meanwhile.
    await this.createTriggers(db);
    await commit(db);
    await this.createIndexes(db);
    const campaigns = (await db.query('SELECT id FROM marketing_campaigns ORDER BY id')) as { id: string }[];
    for (const { id } of campaigns) {
      await this.fill(db, id);
      await commit(db);
    }
  }

  private async createTriggers(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION note_recipient_words() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        ${INSERT_WORDS('added')};
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE OR REPLACE TRIGGER campaign_recipients_words AFTER INSERT ON campaign_recipients
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_recipient_words()`);
    // EXECUTE plans for the number of rows at hand; a plan that is kept from one row joins thousands in loops. Of a
    // campaign that is deleted itself, all words go at once. Its lock: two may remove recipients with the same word.
    await db.query(`
      CREATE OR REPLACE FUNCTION remove_recipient_words() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        PERFORM FROM marketing_campaigns
          WHERE id IN (SELECT campaign_id FROM removed WHERE name IS NOT NULL) ORDER BY id FOR NO KEY UPDATE;
        IF NOT FOUND THEN RETURN NULL; END IF;
        IF (SELECT count(*) FROM (SELECT FROM removed LIMIT ${FEW + 1}) AS counted) <= ${FEW} THEN
          EXECUTE $sql$${REMOVE_WORDS}$sql$;
          RETURN NULL;
        END IF;
        DELETE FROM recipient_words WHERE campaign_id IN (SELECT campaign_id FROM removed);
        ${INSERT_WORDS(`(SELECT id, campaign_id, name FROM campaign_recipients
                          WHERE campaign_id IN (SELECT campaign_id FROM removed))`)};
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE OR REPLACE TRIGGER campaign_recipients_words_removed AFTER DELETE ON campaign_recipients
        REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION remove_recipient_words()`);
  }

  /**
   * Like all indexes of this table they do not mention status. Only rows that fail, are skipped, or are in a slice are in
   * them, so adding and planning a million recipients costs nothing more.
   */
  private async createIndexes(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX IF NOT EXISTS campaign_recipients_error_idx ON campaign_recipients (campaign_id, error_code, id)
       WHERE error_code IS NOT NULL`);
    await commit(db);
    await db.query(`
      CREATE INDEX IF NOT EXISTS campaign_recipients_reason_idx
          ON campaign_recipients (campaign_id, "left"(failure_reason, 11), id)
       WHERE failure_reason IS NOT NULL`);
    await commit(db);
    await db.query(`
      CREATE INDEX IF NOT EXISTS campaign_recipients_day_idx ON campaign_recipients (campaign_id, scheduled_send_date, id)
       WHERE slice_id IS NOT NULL`);
    await commit(db);
  }

  private async fill(db: QueryRunner, campaignId: string): Promise<void> {
    // A campaign that is being filled is waited for: nobody waits for this but its own commands.
    await db.query(`SELECT set_config('lock_timeout', '0', true)`);
    await db.query('SELECT FROM marketing_campaigns WHERE id = $1 FOR NO KEY UPDATE', [campaignId]);
    await this.markChosen(db, campaignId);
    await db.query('DELETE FROM recipient_words WHERE campaign_id = $1', [campaignId]);
    await db.query(
      INSERT_WORDS('(SELECT id, campaign_id, name FROM campaign_recipients WHERE campaign_id = $1)'),
      [campaignId],
    );
  }

  /**
   * Who was chosen and who was listed was not noted before. If they were all left as listed, another target of a campaign
   * that is scheduled would keep the people of the former one.
   */
  private async markChosen(db: QueryRunner, campaignId: string): Promise<void> {
    // No figure changes, so the triggers that count need not look at the rows.
    await db.query(`SELECT set_config('drumbeat.planning', 'on', true)`);
    await db.query(
      `UPDATE campaign_recipients SET is_chosen = true
        WHERE campaign_id = $1 AND status = 'pending' AND NOT is_chosen
          AND EXISTS (SELECT FROM marketing_campaigns
                       WHERE id = $1 AND status = 'scheduled' AND target_type IN ('all', 'segment', 'responders'))`,
      [campaignId],
    );
    await db.query(`SELECT set_config('drumbeat.planning', 'off', true)`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const name of ['error', 'reason', 'day'])
      await db.query(`DROP INDEX campaign_recipients_${name}_idx`);
    await db.query('DROP TRIGGER campaign_recipients_words_removed ON campaign_recipients');
    await db.query('DROP TRIGGER campaign_recipients_words ON campaign_recipients');
    await db.query('DROP FUNCTION remove_recipient_words(), note_recipient_words()');
    await db.query('DELETE FROM recipient_words');
  }
}

/** Ends the transaction, which releases what it has locked, and begins the next. */
async function commit(db: QueryRunner): Promise<void> {
  if (!db.isTransactionActive) return;
  await db.commitTransaction();
  await db.startTransaction();
}
