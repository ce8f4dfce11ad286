import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  CAMPAIGN_COUNTERS,
  COUNTED_AT,
  countingFunction,
  ERROR_CODE,
  EVENTS,
  IN_ANALYTICS,
  INDEXED,
  MS_AFTER_SENT,
  quarterOf,
  SENT,
  sumWhere,
} from './1764000210000-counters.js';

// A click counts only for a message that was sent, as in the timeline. Recipients without a variant stay in one group.
const CLICKED = `variant IS NOT NULL AND clicked_at IS NOT NULL AND status IN ${SENT}`;

const COUNTERS = Object.entries({ ...CAMPAIGN_COUNTERS, messages_clicked: sumWhere('clicked') });
const COLUMNS = COUNTERS.map(([column]) => column).join(', ');

const AFTER = `SELECT *, 1 AS n FROM new_rows`;
const BEFORE = `SELECT *, -1 AS n FROM old_rows`;
const FUNCTIONS = {
  count_inserted_recipients: AFTER,
  count_updated_recipients: `${AFTER} UNION ALL ${BEFORE}`,
  count_deleted_recipients: BEFORE,
};

/** As before, with the variant among what rows are grouped by. */
function countingVariants(name: string, rows: string): string {
  return `
    CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SET jit = off SET search_path FROM CURRENT AS $fn$
    DECLARE
      states recipient_state_delta[];
      events recipient_event_delta[];
    BEGIN
      SELECT array_agg(ROW(d.campaign_id, d.status, d.send_date, d.counted_at, d.error_code, d.n, d.variant,
                           d.clicked)::recipient_state_delta)
        INTO states
        FROM (SELECT campaign_id, status, scheduled_send_date AS send_date, ${COUNTED_AT} AS counted_at,
                     ${ERROR_CODE} AS error_code, variant, ${CLICKED} AS clicked, sum(n)::integer AS n
                FROM (${rows}) AS touched
               GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0) AS d;
      SELECT array_agg(ROW(d.campaign_id, d.kind, d.quarter, d.n, d.timed, d.ms)::recipient_event_delta)
        INTO events
        FROM (SELECT campaign_id, kind, ${quarterOf('at')} AS quarter, sum(n)::integer AS n,
                     sum(CASE WHEN reported_at IS NULL OR sent_at IS NULL THEN 0 ELSE n END)::integer AS timed,
                     coalesce(sum(n * ${MS_AFTER_SENT}), 0)::bigint AS ms
                FROM (${rows}) AS touched CROSS JOIN LATERAL ${EVENTS}
               WHERE status IN ${IN_ANALYTICS} AND counts AND at IS NOT NULL
               GROUP BY 1, 2, 3) AS d
       WHERE (d.n, d.timed, d.ms) <> (0, 0, 0);
      IF states IS NOT NULL THEN
        PERFORM add_recipient_states(states);
        IF EXISTS (SELECT FROM unnest(states) WHERE variant IS NOT NULL) THEN PERFORM add_variant_states(states); END IF;
      END IF;
      IF events IS NOT NULL THEN PERFORM add_recipient_events(events); END IF;
      RETURN NULL;
    END $fn$`;
}

/** The counters of a campaign's variants. The triggers that keep the campaign's keep these with the same rows. */
export class VariantCounters1764000801000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE campaign_variant_counters (
        campaign_id uuid NOT NULL,
        variant smallint NOT NULL,
        ${COUNTERS.map(([column]) => `${column} integer NOT NULL DEFAULT 0`).join(',\n        ')},
        CONSTRAINT campaign_variant_counters_pkey PRIMARY KEY (campaign_id, variant),
        CONSTRAINT campaign_variant_counters_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE
      )`);
    await db.query(
      `ALTER TYPE recipient_state_delta ADD ATTRIBUTE variant smallint, ADD ATTRIBUTE clicked boolean`,
    );
    await db.query(`
      CREATE FUNCTION add_variant_states(states recipient_state_delta[]) RETURNS void LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        INSERT INTO campaign_variant_counters AS kept (campaign_id, variant, ${COLUMNS})
        SELECT s.campaign_id, s.variant, ${COUNTERS.map(([, sum]) => sum).join(', ')}
          FROM unnest(states) AS s
         WHERE s.variant IS NOT NULL AND EXISTS (SELECT FROM marketing_campaigns AS c WHERE c.id = s.campaign_id)
         GROUP BY 1, 2
        HAVING (${COUNTERS.map(([, sum]) => sum).join(', ')}) <> (${COUNTERS.map(() => '0').join(', ')})
         ORDER BY 1, 2
            ON CONFLICT (campaign_id, variant) DO UPDATE
           SET ${COUNTERS.map(([column]) => `${column} = kept.${column} + excluded.${column}`).join(', ')};
      END $fn$`);
    for (const [name, rows] of Object.entries(FUNCTIONS)) await db.query(countingVariants(name, rows));
    await db.query(`
      CREATE FUNCTION count_no_variants() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        DELETE FROM campaign_variant_counters;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER campaign_recipients_count_no_variants AFTER TRUNCATE ON campaign_recipients
        FOR EACH STATEMENT EXECUTE FUNCTION count_no_variants()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TRIGGER campaign_recipients_count_no_variants ON campaign_recipients`);
    await db.query(`DROP FUNCTION count_no_variants()`);
    for (const [name, rows] of Object.entries(FUNCTIONS)) {
      await db.query(countingFunction(name, rows).replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION'));
    }
    await db.query(`DROP FUNCTION add_variant_states(recipient_state_delta[])`);
    await db.query(`ALTER TYPE recipient_state_delta DROP ATTRIBUTE clicked, DROP ATTRIBUTE variant`);
    await db.query(`DROP TABLE campaign_variant_counters`);
  }
}
