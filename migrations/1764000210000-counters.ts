import type { MigrationInterface, QueryRunner } from 'typeorm';

// The states, as recipients/recipient-state.ts counts them. Every state that is not settled counts as pending, so
// that the counters add up to the total whatever raw SQL writes into `status`.
export const SENT = `('sent', 'delivered', 'read', 'responded')`;
export const DELIVERED = `('delivered', 'read', 'responded')`;
export const READ = `('read', 'responded')`;
export const IN_ANALYTICS = `('sent', 'delivered', 'read', 'responded', 'failed')`;
export const SETTLED = `('sent', 'delivered', 'read', 'responded', 'failed', 'skipped', 'opted_out')`;

// Local midnights and hours of every zone begin on a quarter of an hour. Grouped by quarters, a million rows shrink
// to a few before the zone of their campaign is looked up.
export const quarterOf = (at: string) => `date_bin('15 minutes', ${at}, '2000-01-01 00:00:00Z')`;

// The instant that decides on which day a recipient is counted. null: `scheduled_send_date` decides.
export const COUNTED_AT = `CASE WHEN status IN ${IN_ANALYTICS} THEN ${quarterOf(`coalesce(
        sent_at,
        CASE WHEN status = 'failed' THEN failed_at END,
        CASE WHEN scheduled_send_date IS NULL THEN coalesce(delivered_at, read_at, responded_at, updated_at) END)`)} END`;

// Failures without a code from Meta are counted too.
export const ERROR_CODE = `CASE WHEN status = 'failed' THEN coalesce(error_code, -1)
                         WHEN status = 'opted_out' THEN error_code END`;

// A second view of the same rows: when each event happened, and how long after sending. A later step stands in for
// one that Meta skipped, but only a step that was really reported is timed.
export const EVENTS = `(VALUES
        ('sent', status IN ${SENT}, coalesce(sent_at, delivered_at, read_at, responded_at), NULL::timestamptz),
        ('delivered', status IN ${DELIVERED}, coalesce(delivered_at, read_at, responded_at), delivered_at),
        ('read', status IN ${READ}, coalesce(read_at, responded_at), read_at),
        ('responded', status = 'responded', responded_at, responded_at),
        ('failed', status = 'failed', failed_at, NULL),
        ('clicked', status IN ${SENT}, clicked_at, NULL)
      ) AS event (kind, counts, at, reported_at)`;
export const MS_AFTER_SENT = `greatest(0, extract(epoch FROM reported_at - sent_at) * 1000)::bigint`;

// A session keeps the plan of its first call. Made while there are few campaigns, or for an import of a million rows,
// that plan must still be right for one row among thousands of campaigns.
export const INDEXED = 'SET enable_seqscan = off';

/**
 * A trigger function that turns the rows a statement has touched into differences: the old row counts -1, the new row
 * +1, and a row that counts the same before and after cancels out.
 */
export function countingFunction(name: string, rows: string): string {
  return `
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SET jit = off SET search_path FROM CURRENT AS $fn$
    DECLARE
      states recipient_state_delta[];
      events recipient_event_delta[];
    BEGIN
      SELECT array_agg(ROW(d.campaign_id, d.status, d.send_date, d.counted_at, d.error_code, d.n)::recipient_state_delta)
        INTO states
        FROM (SELECT campaign_id, status, scheduled_send_date AS send_date, ${COUNTED_AT} AS counted_at,
                     ${ERROR_CODE} AS error_code, sum(n)::integer AS n
                FROM (${rows}) AS touched
               GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0) AS d;
      SELECT array_agg(ROW(d.campaign_id, d.kind, d.quarter, d.n, d.timed, d.ms)::recipient_event_delta)
        INTO events
        FROM (SELECT campaign_id, kind, ${quarterOf('at')} AS quarter, sum(n)::integer AS n,
                     sum(CASE WHEN reported_at IS NULL OR sent_at IS NULL THEN 0 ELSE n END)::integer AS timed,
                     coalesce(sum(n * ${MS_AFTER_SENT}), 0)::bigint AS ms
                FROM (${rows}) AS touched CROSS JOIN LATERAL ${EVENTS}
               WHERE status IN ${IN_ANALYTICS} AND counts AND at IS NOT NULL
               GROUP BY 1, 2, 3) AS d
       WHERE (d.n, d.timed, d.ms) <> (0, 0, 0);
      IF states IS NOT NULL THEN PERFORM add_recipient_states(states); END IF;
      IF events IS NOT NULL THEN PERFORM add_recipient_events(events); END IF;
      RETURN NULL;
    END $fn$`;
}

export const sumWhere = (condition: string) => `coalesce(sum(n) FILTER (WHERE ${condition}), 0)::integer`;
const sumOf = (event: string) => sumWhere(`kind = '${event}'`);
const timingOf = (event: string) =>
  `coalesce(sum(timed) FILTER (WHERE kind = '${event}'), 0)::integer, coalesce(sum(ms) FILTER (WHERE kind = '${event}'), 0)::bigint`;

export const CAMPAIGN_COUNTERS: Readonly<Record<string, string>> = {
  total_target_customers: 'sum(n)::integer',
  messages_pending: sumWhere(`status NOT IN ${SETTLED}`),
  messages_sent: sumWhere(`status IN ${SENT}`),
  messages_delivered: sumWhere(`status IN ${DELIVERED}`),
  messages_read: sumWhere(`status IN ${READ}`),
  messages_responded: sumWhere(`status = 'responded'`),
  messages_failed: sumWhere(`status = 'failed'`),
  messages_skipped: sumWhere(`status = 'skipped'`),
  messages_opted_out: sumWhere(`status = 'opted_out'`),
};
const COUNTERS = Object.entries(CAMPAIGN_COUNTERS);

const TIMELINE_COLUMNS = `messages_sent, messages_delivered, messages_read, messages_responded, messages_failed,
      messages_clicked, delivered_timed, delivered_ms, read_timed, read_ms, responded_timed, responded_ms`;

const addExcluded = (columns: string, table: string) =>
  columns
    .split(',')
    .map((column) => column.trim())
    .map((column) => `${column} = ${table}.${column} + excluded.${column}`)
    .join(', ');

/**
 * Counters of campaigns, kept by statement-level triggers from transition tables. A change adds its difference, and
 * costs the same in a campaign of a thousand as in one of a million. Rules and figures: docs/statistics.md. The
 * functions as PostgreSQL has them: test/database/campaigns/counters-trigger.sql.
 */
export class Counters1764000210000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await this.createTables(db);
    await this.createIndexes(db);
    await this.createTypes(db);
    await this.createAddStates(db);
    await this.createAddEvents(db);
    await this.createTriggers(db);
    await this.createGuards(db);
  }

  private async createTables(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE campaign_timeline (
        campaign_id uuid NOT NULL,
        hour timestamptz NOT NULL,
        messages_sent integer NOT NULL DEFAULT 0,
        messages_delivered integer NOT NULL DEFAULT 0,
        messages_read integer NOT NULL DEFAULT 0,
        messages_responded integer NOT NULL DEFAULT 0,
        messages_failed integer NOT NULL DEFAULT 0,
        messages_clicked integer NOT NULL DEFAULT 0,
        delivered_timed integer NOT NULL DEFAULT 0,
        delivered_ms bigint NOT NULL DEFAULT 0,
        read_timed integer NOT NULL DEFAULT 0,
        read_ms bigint NOT NULL DEFAULT 0,
        responded_timed integer NOT NULL DEFAULT 0,
        responded_ms bigint NOT NULL DEFAULT 0,
        CONSTRAINT campaign_timeline_pkey PRIMARY KEY (campaign_id, hour),
        CONSTRAINT campaign_timeline_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE
      )`);
    await db.query(`
      CREATE TABLE campaign_errors (
        campaign_id uuid NOT NULL,
        error_code integer NOT NULL,
        recipients integer NOT NULL DEFAULT 0,
        CONSTRAINT campaign_errors_pkey PRIMARY KEY (campaign_id, error_code),
        CONSTRAINT campaign_errors_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE
      )`);
  }

  /** Holds only failures: with `status` in an index, no change of state could stay within its page. */
  private async createIndexes(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX campaign_recipients_failed_idx ON campaign_recipients (campaign_id, failed_at)
       WHERE failed_at IS NOT NULL`);
  }

  private async createTypes(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE recipient_state_delta AS (
        campaign_id uuid, status varchar, send_date date, counted_at timestamptz, error_code integer, n integer)`);
    await db.query(`
      CREATE TYPE recipient_event_delta AS (
        campaign_id uuid, kind text, quarter timestamptz, n integer, timed integer, ms bigint)`);
    await db.query(`
      CREATE FUNCTION percent_of(part integer, whole integer) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
      AS 'SELECT CASE WHEN whole = 0 THEN 0 ELSE round(100.0 * part / whole, 2) END'`);
  }

  /**
   * Campaigns first and in the order of their ids: transactions that count for the same campaigns wait here, all in
   * the same order. A campaign that is being deleted no longer has a row to count in.
   */
  private async createAddStates(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION add_recipient_states(states recipient_state_delta[]) RETURNS void LANGUAGE plpgsql ${INDEXED} AS $fn$
      DECLARE
        d record;
      BEGIN
        FOR d IN
          SELECT * FROM (
            SELECT campaign_id, ${COUNTERS.map(([column, sum]) => `${sum} AS ${column}`).join(', ')}
              FROM unnest(states) GROUP BY campaign_id) AS counted
           WHERE (${COUNTERS.map(([column]) => column).join(', ')}) <> (${COUNTERS.map(() => '0').join(', ')})
           ORDER BY campaign_id
        LOOP
          UPDATE marketing_campaigns
             SET ${COUNTERS.map(([column]) => `${column} = ${column} + d.${column}`).join(', ')}
           WHERE id = d.campaign_id;
        END LOOP;

        INSERT INTO campaign_analytics AS kept
               (campaign_id, date, messages_sent, messages_delivered, messages_read, messages_responded, messages_failed,
                delivery_rate, read_rate)
        SELECT campaign_id, date, sent, delivered, read, responded, failed,
               percent_of(delivered, sent), percent_of(read, sent)
          FROM (SELECT s.campaign_id,
                       coalesce((s.counted_at AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, s.send_date) AS date,
                       ${sumWhere(`s.status IN ${SENT}`)} AS sent,
                       ${sumWhere(`s.status IN ${DELIVERED}`)} AS delivered,
                       ${sumWhere(`s.status IN ${READ}`)} AS read,
                       ${sumWhere(`s.status = 'responded'`)} AS responded,
                       ${sumWhere(`s.status = 'failed'`)} AS failed
                  FROM unnest(states) AS s JOIN marketing_campaigns AS c ON c.id = s.campaign_id
                 WHERE s.status IN ${IN_ANALYTICS}
                 GROUP BY 1, 2) AS day
         WHERE (sent, delivered, read, responded, failed) <> (0, 0, 0, 0, 0)
         ORDER BY campaign_id, date
            ON CONFLICT (campaign_id, date) DO UPDATE
           SET ${addExcluded('messages_sent, messages_delivered, messages_read, messages_responded, messages_failed', 'kept')},
               delivery_rate = percent_of(kept.messages_delivered + excluded.messages_delivered,
                                          kept.messages_sent + excluded.messages_sent),
               read_rate = percent_of(kept.messages_read + excluded.messages_read,
                                      kept.messages_sent + excluded.messages_sent);

        FOR d IN
          SELECT * FROM (
            SELECT campaign_id, send_date, sum(n)::integer AS total, ${sumWhere(`status IN ${SENT}`)} AS sent,
                   ${sumWhere(`status NOT IN ${SETTLED}`)} AS remaining
              FROM unnest(states) WHERE send_date IS NOT NULL GROUP BY 1, 2) AS day
           WHERE (total, sent, remaining) <> (0, 0, 0)
           ORDER BY campaign_id, send_date
        LOOP
          UPDATE campaign_send_schedule
             SET batch_size = batch_size + d.total,
                 messages_sent = messages_sent + d.sent,
                 messages_remaining = messages_remaining + d.remaining,
                 status = CASE WHEN messages_remaining + d.remaining = 0 THEN 'completed'
                               WHEN messages_remaining + d.remaining < batch_size + d.total THEN 'processing'
                               WHEN status = 'completed' THEN 'pending'
                               ELSE status END
           WHERE campaign_id = d.campaign_id AND send_date = d.send_date;
        END LOOP;

        INSERT INTO campaign_errors AS kept (campaign_id, error_code, recipients)
        SELECT s.campaign_id, s.error_code, sum(s.n)::integer
          FROM unnest(states) AS s JOIN marketing_campaigns AS c ON c.id = s.campaign_id
         WHERE s.error_code IS NOT NULL
         GROUP BY 1, 2 HAVING sum(s.n) <> 0
         ORDER BY 1, 2
            ON CONFLICT (campaign_id, error_code) DO UPDATE SET ${addExcluded('recipients', 'kept')};
      END $fn$`);
  }

  private async createAddEvents(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION add_recipient_events(events recipient_event_delta[]) RETURNS void LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        INSERT INTO campaign_timeline AS kept (campaign_id, hour, ${TIMELINE_COLUMNS})
        SELECT e.campaign_id, date_trunc('hour', e.quarter, coalesce(c.time_zone, 'UTC')),
               ${['sent', 'delivered', 'read', 'responded', 'failed', 'clicked'].map(sumOf).join(', ')},
               ${['delivered', 'read', 'responded'].map(timingOf).join(', ')}
          FROM unnest(events) AS e JOIN marketing_campaigns AS c ON c.id = e.campaign_id
         GROUP BY 1, 2
         ORDER BY 1, 2
            ON CONFLICT (campaign_id, hour) DO UPDATE SET ${addExcluded(TIMELINE_COLUMNS, 'kept')};
      END $fn$`);
  }

  private async createTriggers(db: QueryRunner): Promise<void> {
    const after = `SELECT *, 1 AS n FROM new_rows`;
    const before = `SELECT *, -1 AS n FROM old_rows`;
    await db.query(countingFunction('count_inserted_recipients', after));
    await db.query(countingFunction('count_updated_recipients', `${after} UNION ALL ${before}`));
    await db.query(countingFunction('count_deleted_recipients', before));
    await db.query(`
      CREATE TRIGGER campaign_recipients_count_inserted AFTER INSERT ON campaign_recipients
        REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_recipients()`);
    // The planner moves a million dates in one statement and writes the schedule rows itself.
    await db.query(`
      CREATE TRIGGER campaign_recipients_count_updated AFTER UPDATE ON campaign_recipients
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT WHEN (current_setting('drumbeat.planning', true) IS DISTINCT FROM 'on')
        EXECUTE FUNCTION count_updated_recipients()`);
    await db.query(`
      CREATE TRIGGER campaign_recipients_count_deleted AFTER DELETE ON campaign_recipients
        REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_recipients()`);
    await db.query(`
      CREATE FUNCTION count_no_recipients() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        UPDATE marketing_campaigns SET ${COUNTERS.map(([column]) => `${column} = 0`).join(', ')}
         WHERE total_target_customers <> 0;
        UPDATE campaign_send_schedule
           SET batch_size = 0, messages_sent = 0, messages_remaining = 0, status = 'completed';
        DELETE FROM campaign_analytics;
        DELETE FROM campaign_timeline;
        DELETE FROM campaign_errors;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER campaign_recipients_count_none AFTER TRUNCATE ON campaign_recipients
        FOR EACH STATEMENT EXECUTE FUNCTION count_no_recipients()`);
  }

  /** Rejects changes that would silently make the counters wrong. */
  private async createGuards(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION refuse_uncounted_change() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
      END $fn$`);
    await db.query(`
      CREATE TRIGGER campaign_recipients_planning_moves_dates_only BEFORE UPDATE OF status, campaign_id ON campaign_recipients
        FOR EACH STATEMENT WHEN (current_setting('drumbeat.planning', true) = 'on')
        EXECUTE FUNCTION refuse_uncounted_change('nothing but dates may change while drumbeat.planning is on')`);
    await db.query(`
      CREATE TRIGGER marketing_campaigns_days_are_fixed AFTER UPDATE OF time_zone ON marketing_campaigns
        FOR EACH ROW WHEN (coalesce(OLD.time_zone, 'UTC') <> coalesce(NEW.time_zone, 'UTC')
                           AND OLD.messages_sent + OLD.messages_failed > 0)
        EXECUTE FUNCTION refuse_uncounted_change('a campaign that has sent keeps its time zone: its days are counted in it')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TRIGGER marketing_campaigns_days_are_fixed ON marketing_campaigns`);
    for (const trigger of [
      'planning_moves_dates_only',
      'count_none',
      'count_deleted',
      'count_updated',
      'count_inserted',
    ]) {
      await db.query(`DROP TRIGGER campaign_recipients_${trigger} ON campaign_recipients`);
    }
    for (const name of [
      'refuse_uncounted_change()',
      'count_no_recipients()',
      'count_deleted_recipients()',
      'count_updated_recipients()',
      'count_inserted_recipients()',
      'add_recipient_events(recipient_event_delta[])',
      'add_recipient_states(recipient_state_delta[])',
      'percent_of(integer, integer)',
    ]) {
      await db.query(`DROP FUNCTION ${name}`);
    }
    await db.query(`DROP TYPE recipient_event_delta`);
    await db.query(`DROP TYPE recipient_state_delta`);
    await db.query(`DROP INDEX campaign_recipients_failed_idx`);
    await db.query(`DROP TABLE campaign_errors`);
    await db.query(`DROP TABLE campaign_timeline`);
  }
}
