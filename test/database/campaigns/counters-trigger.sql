-- The counter triggers and their functions, as migrations/1764000210000-counters.ts and later ones made them.
-- Generated from a migrated database. To update: UPDATE_SNAPSHOTS=1 npm run jest -- counters-trigger

CREATE TRIGGER campaign_recipients_count_deleted AFTER DELETE ON campaign_recipients REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_recipients();

CREATE TRIGGER campaign_recipients_count_inserted AFTER INSERT ON campaign_recipients REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_recipients();

CREATE TRIGGER campaign_recipients_count_no_variants AFTER TRUNCATE ON campaign_recipients FOR EACH STATEMENT EXECUTE FUNCTION count_no_variants();

CREATE TRIGGER campaign_recipients_count_none AFTER TRUNCATE ON campaign_recipients FOR EACH STATEMENT EXECUTE FUNCTION count_no_recipients();

CREATE TRIGGER campaign_recipients_count_updated AFTER UPDATE ON campaign_recipients REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN (current_setting('drumbeat.planning'::text, true) IS DISTINCT FROM 'on'::text) EXECUTE FUNCTION count_updated_recipients();

CREATE TRIGGER campaign_recipients_planning_moves_dates_only BEFORE UPDATE OF status, campaign_id ON campaign_recipients FOR EACH STATEMENT WHEN (current_setting('drumbeat.planning'::text, true) = 'on'::text) EXECUTE FUNCTION refuse_uncounted_change('nothing but dates may change while drumbeat.planning is on');

CREATE TRIGGER marketing_campaigns_days_are_fixed AFTER UPDATE OF time_zone ON marketing_campaigns FOR EACH ROW WHEN (COALESCE(old.time_zone, 'UTC'::character varying)::text <> COALESCE(new.time_zone, 'UTC'::character varying)::text AND (old.messages_sent + old.messages_failed) > 0) EXECUTE FUNCTION refuse_uncounted_change('a campaign that has sent keeps its time zone: its days are counted in it');

CREATE OR REPLACE FUNCTION public.count_inserted_recipients()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
 SET search_path TO '$user', 'public'
AS $function$
    DECLARE
      states recipient_state_delta[];
      events recipient_event_delta[];
    BEGIN
      SELECT array_agg(ROW(d.campaign_id, d.status, d.send_date, d.counted_at, d.error_code, d.n, d.variant,
                           d.clicked)::recipient_state_delta)
        INTO states
        FROM (SELECT campaign_id, status, scheduled_send_date AS send_date, CASE WHEN status IN ('sent', 'delivered', 'read', 'responded', 'failed') THEN date_bin('15 minutes', coalesce(
        sent_at,
        CASE WHEN status = 'failed' THEN failed_at END,
        CASE WHEN scheduled_send_date IS NULL THEN coalesce(delivered_at, read_at, responded_at, updated_at) END), '2000-01-01 00:00:00Z') END AS counted_at,
                     CASE WHEN status = 'failed' THEN coalesce(error_code, -1)
                         WHEN status = 'opted_out' THEN error_code END AS error_code, variant, variant IS NOT NULL AND clicked_at IS NOT NULL AND status IN ('sent', 'delivered', 'read', 'responded') AS clicked, sum(n)::integer AS n
                FROM (SELECT *, 1 AS n FROM new_rows) AS touched
               GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0) AS d;
      SELECT array_agg(ROW(d.campaign_id, d.kind, d.quarter, d.n, d.timed, d.ms)::recipient_event_delta)
        INTO events
        FROM (SELECT campaign_id, kind, date_bin('15 minutes', at, '2000-01-01 00:00:00Z') AS quarter, sum(n)::integer AS n,
                     sum(CASE WHEN reported_at IS NULL OR sent_at IS NULL THEN 0 ELSE n END)::integer AS timed,
                     coalesce(sum(n * greatest(0, extract(epoch FROM reported_at - sent_at) * 1000)::bigint), 0)::bigint AS ms
                FROM (SELECT *, 1 AS n FROM new_rows) AS touched CROSS JOIN LATERAL (VALUES
        ('sent', status IN ('sent', 'delivered', 'read', 'responded'), coalesce(sent_at, delivered_at, read_at, responded_at), NULL::timestamptz),
        ('delivered', status IN ('delivered', 'read', 'responded'), coalesce(delivered_at, read_at, responded_at), delivered_at),
        ('read', status IN ('read', 'responded'), coalesce(read_at, responded_at), read_at),
        ('responded', status = 'responded', responded_at, responded_at),
        ('failed', status = 'failed', failed_at, NULL),
        ('clicked', status IN ('sent', 'delivered', 'read', 'responded'), clicked_at, NULL)
      ) AS event (kind, counts, at, reported_at)
               WHERE status IN ('sent', 'delivered', 'read', 'responded', 'failed') AND counts AND at IS NOT NULL
               GROUP BY 1, 2, 3) AS d
       WHERE (d.n, d.timed, d.ms) <> (0, 0, 0);
      IF states IS NOT NULL THEN
        PERFORM add_recipient_states(states);
        IF EXISTS (SELECT FROM unnest(states) WHERE variant IS NOT NULL) THEN PERFORM add_variant_states(states); END IF;
      END IF;
      IF events IS NOT NULL THEN PERFORM add_recipient_events(events); END IF;
      RETURN NULL;
    END $function$;

CREATE OR REPLACE FUNCTION public.count_updated_recipients()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
 SET search_path TO '$user', 'public'
AS $function$
    DECLARE
      states recipient_state_delta[];
      events recipient_event_delta[];
    BEGIN
      SELECT array_agg(ROW(d.campaign_id, d.status, d.send_date, d.counted_at, d.error_code, d.n, d.variant,
                           d.clicked)::recipient_state_delta)
        INTO states
        FROM (SELECT campaign_id, status, scheduled_send_date AS send_date, CASE WHEN status IN ('sent', 'delivered', 'read', 'responded', 'failed') THEN date_bin('15 minutes', coalesce(
        sent_at,
        CASE WHEN status = 'failed' THEN failed_at END,
        CASE WHEN scheduled_send_date IS NULL THEN coalesce(delivered_at, read_at, responded_at, updated_at) END), '2000-01-01 00:00:00Z') END AS counted_at,
                     CASE WHEN status = 'failed' THEN coalesce(error_code, -1)
                         WHEN status = 'opted_out' THEN error_code END AS error_code, variant, variant IS NOT NULL AND clicked_at IS NOT NULL AND status IN ('sent', 'delivered', 'read', 'responded') AS clicked, sum(n)::integer AS n
                FROM (SELECT *, 1 AS n FROM new_rows UNION ALL SELECT *, -1 AS n FROM old_rows) AS touched
               GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0) AS d;
      SELECT array_agg(ROW(d.campaign_id, d.kind, d.quarter, d.n, d.timed, d.ms)::recipient_event_delta)
        INTO events
        FROM (SELECT campaign_id, kind, date_bin('15 minutes', at, '2000-01-01 00:00:00Z') AS quarter, sum(n)::integer AS n,
                     sum(CASE WHEN reported_at IS NULL OR sent_at IS NULL THEN 0 ELSE n END)::integer AS timed,
                     coalesce(sum(n * greatest(0, extract(epoch FROM reported_at - sent_at) * 1000)::bigint), 0)::bigint AS ms
                FROM (SELECT *, 1 AS n FROM new_rows UNION ALL SELECT *, -1 AS n FROM old_rows) AS touched CROSS JOIN LATERAL (VALUES
        ('sent', status IN ('sent', 'delivered', 'read', 'responded'), coalesce(sent_at, delivered_at, read_at, responded_at), NULL::timestamptz),
        ('delivered', status IN ('delivered', 'read', 'responded'), coalesce(delivered_at, read_at, responded_at), delivered_at),
        ('read', status IN ('read', 'responded'), coalesce(read_at, responded_at), read_at),
        ('responded', status = 'responded', responded_at, responded_at),
        ('failed', status = 'failed', failed_at, NULL),
        ('clicked', status IN ('sent', 'delivered', 'read', 'responded'), clicked_at, NULL)
      ) AS event (kind, counts, at, reported_at)
               WHERE status IN ('sent', 'delivered', 'read', 'responded', 'failed') AND counts AND at IS NOT NULL
               GROUP BY 1, 2, 3) AS d
       WHERE (d.n, d.timed, d.ms) <> (0, 0, 0);
      IF states IS NOT NULL THEN
        PERFORM add_recipient_states(states);
        IF EXISTS (SELECT FROM unnest(states) WHERE variant IS NOT NULL) THEN PERFORM add_variant_states(states); END IF;
      END IF;
      IF events IS NOT NULL THEN PERFORM add_recipient_events(events); END IF;
      RETURN NULL;
    END $function$;

CREATE OR REPLACE FUNCTION public.count_deleted_recipients()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
 SET search_path TO '$user', 'public'
AS $function$
    DECLARE
      states recipient_state_delta[];
      events recipient_event_delta[];
    BEGIN
      SELECT array_agg(ROW(d.campaign_id, d.status, d.send_date, d.counted_at, d.error_code, d.n, d.variant,
                           d.clicked)::recipient_state_delta)
        INTO states
        FROM (SELECT campaign_id, status, scheduled_send_date AS send_date, CASE WHEN status IN ('sent', 'delivered', 'read', 'responded', 'failed') THEN date_bin('15 minutes', coalesce(
        sent_at,
        CASE WHEN status = 'failed' THEN failed_at END,
        CASE WHEN scheduled_send_date IS NULL THEN coalesce(delivered_at, read_at, responded_at, updated_at) END), '2000-01-01 00:00:00Z') END AS counted_at,
                     CASE WHEN status = 'failed' THEN coalesce(error_code, -1)
                         WHEN status = 'opted_out' THEN error_code END AS error_code, variant, variant IS NOT NULL AND clicked_at IS NOT NULL AND status IN ('sent', 'delivered', 'read', 'responded') AS clicked, sum(n)::integer AS n
                FROM (SELECT *, -1 AS n FROM old_rows) AS touched
               GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0) AS d;
      SELECT array_agg(ROW(d.campaign_id, d.kind, d.quarter, d.n, d.timed, d.ms)::recipient_event_delta)
        INTO events
        FROM (SELECT campaign_id, kind, date_bin('15 minutes', at, '2000-01-01 00:00:00Z') AS quarter, sum(n)::integer AS n,
                     sum(CASE WHEN reported_at IS NULL OR sent_at IS NULL THEN 0 ELSE n END)::integer AS timed,
                     coalesce(sum(n * greatest(0, extract(epoch FROM reported_at - sent_at) * 1000)::bigint), 0)::bigint AS ms
                FROM (SELECT *, -1 AS n FROM old_rows) AS touched CROSS JOIN LATERAL (VALUES
        ('sent', status IN ('sent', 'delivered', 'read', 'responded'), coalesce(sent_at, delivered_at, read_at, responded_at), NULL::timestamptz),
        ('delivered', status IN ('delivered', 'read', 'responded'), coalesce(delivered_at, read_at, responded_at), delivered_at),
        ('read', status IN ('read', 'responded'), coalesce(read_at, responded_at), read_at),
        ('responded', status = 'responded', responded_at, responded_at),
        ('failed', status = 'failed', failed_at, NULL),
        ('clicked', status IN ('sent', 'delivered', 'read', 'responded'), clicked_at, NULL)
      ) AS event (kind, counts, at, reported_at)
               WHERE status IN ('sent', 'delivered', 'read', 'responded', 'failed') AND counts AND at IS NOT NULL
               GROUP BY 1, 2, 3) AS d
       WHERE (d.n, d.timed, d.ms) <> (0, 0, 0);
      IF states IS NOT NULL THEN
        PERFORM add_recipient_states(states);
        IF EXISTS (SELECT FROM unnest(states) WHERE variant IS NOT NULL) THEN PERFORM add_variant_states(states); END IF;
      END IF;
      IF events IS NOT NULL THEN PERFORM add_recipient_events(events); END IF;
      RETURN NULL;
    END $function$;

CREATE OR REPLACE FUNCTION public.count_no_recipients()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
      BEGIN
        UPDATE marketing_campaigns SET total_target_customers = 0, messages_pending = 0, messages_sent = 0, messages_delivered = 0, messages_read = 0, messages_responded = 0, messages_failed = 0, messages_skipped = 0, messages_opted_out = 0
         WHERE total_target_customers <> 0;
        UPDATE campaign_send_schedule
           SET batch_size = 0, messages_sent = 0, messages_remaining = 0, status = 'completed';
        DELETE FROM campaign_analytics;
        DELETE FROM campaign_timeline;
        DELETE FROM campaign_errors;
        RETURN NULL;
      END $function$;

CREATE OR REPLACE FUNCTION public.count_no_variants()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
      BEGIN
        DELETE FROM campaign_variant_counters;
        RETURN NULL;
      END $function$;

CREATE OR REPLACE FUNCTION public.add_recipient_states(states recipient_state_delta[])
 RETURNS void
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
      DECLARE
        d record;
      BEGIN
        FOR d IN
          SELECT * FROM (
            SELECT campaign_id, sum(n)::integer AS total_target_customers, coalesce(sum(n) FILTER (WHERE status NOT IN ('sent', 'delivered', 'read', 'responded', 'failed', 'skipped', 'opted_out')), 0)::integer AS messages_pending, coalesce(sum(n) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'responded')), 0)::integer AS messages_sent, coalesce(sum(n) FILTER (WHERE status IN ('delivered', 'read', 'responded')), 0)::integer AS messages_delivered, coalesce(sum(n) FILTER (WHERE status IN ('read', 'responded')), 0)::integer AS messages_read, coalesce(sum(n) FILTER (WHERE status = 'responded'), 0)::integer AS messages_responded, coalesce(sum(n) FILTER (WHERE status = 'failed'), 0)::integer AS messages_failed, coalesce(sum(n) FILTER (WHERE status = 'skipped'), 0)::integer AS messages_skipped, coalesce(sum(n) FILTER (WHERE status = 'opted_out'), 0)::integer AS messages_opted_out
              FROM unnest(states) GROUP BY campaign_id) AS counted
           WHERE (total_target_customers, messages_pending, messages_sent, messages_delivered, messages_read, messages_responded, messages_failed, messages_skipped, messages_opted_out) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
           ORDER BY campaign_id
        LOOP
          UPDATE marketing_campaigns
             SET total_target_customers = total_target_customers + d.total_target_customers, messages_pending = messages_pending + d.messages_pending, messages_sent = messages_sent + d.messages_sent, messages_delivered = messages_delivered + d.messages_delivered, messages_read = messages_read + d.messages_read, messages_responded = messages_responded + d.messages_responded, messages_failed = messages_failed + d.messages_failed, messages_skipped = messages_skipped + d.messages_skipped, messages_opted_out = messages_opted_out + d.messages_opted_out
           WHERE id = d.campaign_id;
        END LOOP;

        INSERT INTO campaign_analytics AS kept
               (campaign_id, date, messages_sent, messages_delivered, messages_read, messages_responded, messages_failed,
                delivery_rate, read_rate)
        SELECT campaign_id, date, sent, delivered, read, responded, failed,
               percent_of(delivered, sent), percent_of(read, sent)
          FROM (SELECT s.campaign_id,
                       coalesce((s.counted_at AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, s.send_date) AS date,
                       coalesce(sum(n) FILTER (WHERE s.status IN ('sent', 'delivered', 'read', 'responded')), 0)::integer AS sent,
                       coalesce(sum(n) FILTER (WHERE s.status IN ('delivered', 'read', 'responded')), 0)::integer AS delivered,
                       coalesce(sum(n) FILTER (WHERE s.status IN ('read', 'responded')), 0)::integer AS read,
                       coalesce(sum(n) FILTER (WHERE s.status = 'responded'), 0)::integer AS responded,
                       coalesce(sum(n) FILTER (WHERE s.status = 'failed'), 0)::integer AS failed
                  FROM unnest(states) AS s JOIN marketing_campaigns AS c ON c.id = s.campaign_id
                 WHERE s.status IN ('sent', 'delivered', 'read', 'responded', 'failed')
                 GROUP BY 1, 2) AS day
         WHERE (sent, delivered, read, responded, failed) <> (0, 0, 0, 0, 0)
         ORDER BY campaign_id, date
            ON CONFLICT (campaign_id, date) DO UPDATE
           SET messages_sent = kept.messages_sent + excluded.messages_sent, messages_delivered = kept.messages_delivered + excluded.messages_delivered, messages_read = kept.messages_read + excluded.messages_read, messages_responded = kept.messages_responded + excluded.messages_responded, messages_failed = kept.messages_failed + excluded.messages_failed,
               delivery_rate = percent_of(kept.messages_delivered + excluded.messages_delivered,
                                          kept.messages_sent + excluded.messages_sent),
               read_rate = percent_of(kept.messages_read + excluded.messages_read,
                                      kept.messages_sent + excluded.messages_sent);

        FOR d IN
          SELECT * FROM (
            SELECT campaign_id, send_date, sum(n)::integer AS total, coalesce(sum(n) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'responded')), 0)::integer AS sent,
                   coalesce(sum(n) FILTER (WHERE status NOT IN ('sent', 'delivered', 'read', 'responded', 'failed', 'skipped', 'opted_out')), 0)::integer AS remaining
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
            ON CONFLICT (campaign_id, error_code) DO UPDATE SET recipients = kept.recipients + excluded.recipients;
      END $function$;

CREATE OR REPLACE FUNCTION public.add_recipient_events(events recipient_event_delta[])
 RETURNS void
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
      BEGIN
        INSERT INTO campaign_timeline AS kept (campaign_id, hour, messages_sent, messages_delivered, messages_read, messages_responded, messages_failed,
      messages_clicked, delivered_timed, delivered_ms, read_timed, read_ms, responded_timed, responded_ms)
        SELECT e.campaign_id, date_trunc('hour', e.quarter, coalesce(c.time_zone, 'UTC')),
               coalesce(sum(n) FILTER (WHERE kind = 'sent'), 0)::integer, coalesce(sum(n) FILTER (WHERE kind = 'delivered'), 0)::integer, coalesce(sum(n) FILTER (WHERE kind = 'read'), 0)::integer, coalesce(sum(n) FILTER (WHERE kind = 'responded'), 0)::integer, coalesce(sum(n) FILTER (WHERE kind = 'failed'), 0)::integer, coalesce(sum(n) FILTER (WHERE kind = 'clicked'), 0)::integer,
               coalesce(sum(timed) FILTER (WHERE kind = 'delivered'), 0)::integer, coalesce(sum(ms) FILTER (WHERE kind = 'delivered'), 0)::bigint, coalesce(sum(timed) FILTER (WHERE kind = 'read'), 0)::integer, coalesce(sum(ms) FILTER (WHERE kind = 'read'), 0)::bigint, coalesce(sum(timed) FILTER (WHERE kind = 'responded'), 0)::integer, coalesce(sum(ms) FILTER (WHERE kind = 'responded'), 0)::bigint
          FROM unnest(events) AS e JOIN marketing_campaigns AS c ON c.id = e.campaign_id
         GROUP BY 1, 2
         ORDER BY 1, 2
            ON CONFLICT (campaign_id, hour) DO UPDATE SET messages_sent = kept.messages_sent + excluded.messages_sent, messages_delivered = kept.messages_delivered + excluded.messages_delivered, messages_read = kept.messages_read + excluded.messages_read, messages_responded = kept.messages_responded + excluded.messages_responded, messages_failed = kept.messages_failed + excluded.messages_failed, messages_clicked = kept.messages_clicked + excluded.messages_clicked, delivered_timed = kept.delivered_timed + excluded.delivered_timed, delivered_ms = kept.delivered_ms + excluded.delivered_ms, read_timed = kept.read_timed + excluded.read_timed, read_ms = kept.read_ms + excluded.read_ms, responded_timed = kept.responded_timed + excluded.responded_timed, responded_ms = kept.responded_ms + excluded.responded_ms;
      END $function$;

CREATE OR REPLACE FUNCTION public.add_variant_states(states recipient_state_delta[])
 RETURNS void
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
      BEGIN
        INSERT INTO campaign_variant_counters AS kept (campaign_id, variant, total_target_customers, messages_pending, messages_sent, messages_delivered, messages_read, messages_responded, messages_failed, messages_skipped, messages_opted_out, messages_clicked)
        SELECT s.campaign_id, s.variant, sum(n)::integer, coalesce(sum(n) FILTER (WHERE status NOT IN ('sent', 'delivered', 'read', 'responded', 'failed', 'skipped', 'opted_out')), 0)::integer, coalesce(sum(n) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'responded')), 0)::integer, coalesce(sum(n) FILTER (WHERE status IN ('delivered', 'read', 'responded')), 0)::integer, coalesce(sum(n) FILTER (WHERE status IN ('read', 'responded')), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'responded'), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'failed'), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'skipped'), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'opted_out'), 0)::integer, coalesce(sum(n) FILTER (WHERE clicked), 0)::integer
          FROM unnest(states) AS s
         WHERE s.variant IS NOT NULL AND EXISTS (SELECT FROM marketing_campaigns AS c WHERE c.id = s.campaign_id)
         GROUP BY 1, 2
        HAVING (sum(n)::integer, coalesce(sum(n) FILTER (WHERE status NOT IN ('sent', 'delivered', 'read', 'responded', 'failed', 'skipped', 'opted_out')), 0)::integer, coalesce(sum(n) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'responded')), 0)::integer, coalesce(sum(n) FILTER (WHERE status IN ('delivered', 'read', 'responded')), 0)::integer, coalesce(sum(n) FILTER (WHERE status IN ('read', 'responded')), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'responded'), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'failed'), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'skipped'), 0)::integer, coalesce(sum(n) FILTER (WHERE status = 'opted_out'), 0)::integer, coalesce(sum(n) FILTER (WHERE clicked), 0)::integer) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
         ORDER BY 1, 2
            ON CONFLICT (campaign_id, variant) DO UPDATE
           SET total_target_customers = kept.total_target_customers + excluded.total_target_customers, messages_pending = kept.messages_pending + excluded.messages_pending, messages_sent = kept.messages_sent + excluded.messages_sent, messages_delivered = kept.messages_delivered + excluded.messages_delivered, messages_read = kept.messages_read + excluded.messages_read, messages_responded = kept.messages_responded + excluded.messages_responded, messages_failed = kept.messages_failed + excluded.messages_failed, messages_skipped = kept.messages_skipped + excluded.messages_skipped, messages_opted_out = kept.messages_opted_out + excluded.messages_opted_out, messages_clicked = kept.messages_clicked + excluded.messages_clicked;
      END $function$;

CREATE OR REPLACE FUNCTION public.percent_of(part integer, whole integer)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$SELECT CASE WHEN whole = 0 THEN 0 ELSE least(100, greatest(0, round(100.0 * part / whole, 2))) END$function$;

CREATE OR REPLACE FUNCTION public.refuse_uncounted_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
      END $function$;
