import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import { statesBefore } from '../../rules/state-machine.js';
import { EXPERIMENT_MOVES } from './experiment-state.js';
import type { Experiment, ExperimentSettings, Variant, NewVariant, VariantFigures } from './experiment.js';

const VARIANTS = sql`
  coalesce((SELECT jsonb_agg(jsonb_build_object(
              'number', v.number, 'key', v.key, 'name', v.name, 'weightBp', v.weight_bp,
              'templateName', v.template_name, 'languageCode', v.language_code,
              'templateVariables', v.template_variables, 'templateComponents', v.template_components,
              'sendAt', v.send_at, 'templateHash', v.template_hash, 'droppedAt', v.dropped_at) ORDER BY v.number)
              FROM campaign_variants v WHERE v.campaign_id = e.campaign_id), '[]') AS variants`;

const COLUMNS = sql`
  e.campaign_id AS "campaignId", e.state, e.mode, e.seed, e.holdout_bp AS "holdoutBp",
  e.sample_percent AS "samplePercent", e.sample_bp AS "sampleBp", e.max_sample AS "maxSample", e.min_per_variant AS "minPerVariant",
  e.primary_metric AS "primaryMetric",
  (extract(epoch FROM e.outcome_window) * 1000)::float8 AS "outcomeWindowMs", e.analysis, e.alpha::float8 AS alpha,
  e.decision, e.on_no_winner AS "onNoWinner", e.max_opt_out_rate::float8 AS "maxOptOutRate",
  e.started_at AS "startedAt", e.decided_at AS "decidedAt", e.decided_by AS "decidedBy",
  e.decision_basis AS "decisionBasis", e.decision_reason AS "decisionReason", e.decision_known AS "decisionKnown",
  e.invalid_at AS "invalidAt", e.invalid_reason AS "invalidReason", e.finished_at AS "finishedAt",
  e.updated_at AS "updatedAt", ${VARIANTS}`;

type Row = Omit<Experiment, 'variants'> & {
  variants: (Omit<Variant, 'droppedAt'> & { droppedAt: string | null })[];
};

function experimentOf(row: Row): Experiment {
  const variants = row.variants.map((variant) => ({
    ...variant,
    droppedAt: variant.droppedAt === null ? null : new Date(variant.droppedAt),
  }));
  return { ...row, variants };
}

/** The caller has checked that the campaign is one of its organization. */
export async function experimentOfCampaign(
  db: EntityManager,
  campaignId: string,
): Promise<Experiment | undefined> {
  const row = await firstOf<Row>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_experiments e WHERE e.campaign_id = ${campaignId}`,
  );
  return row === undefined ? undefined : experimentOf(row);
}

/** After the campaign's lock, always in this order. */
export async function lockExperiment(tx: EntityManager, campaignId: string): Promise<Experiment | undefined> {
  await rowsOf(tx, sql`SELECT FROM campaign_experiments WHERE campaign_id = ${campaignId} FOR NO KEY UPDATE`);
  return experimentOfCampaign(tx, campaignId);
}

export async function writeExperiment(
  tx: EntityManager,
  campaignId: string,
  settings: ExperimentSettings,
  now: Date,
): Promise<void> {
  const { mode, seed, holdoutBp, samplePercent, maxSample, minPerVariant, primaryMetric, analysis } =
    settings;
  const { outcomeWindowMs, alpha, decision, onNoWinner, maxOptOutRate } = settings;
  await execute(
    tx,
    sql`INSERT INTO campaign_experiments
          (campaign_id, mode, seed, holdout_bp, sample_percent, max_sample, min_per_variant, primary_metric,
           outcome_window, analysis, alpha, decision, on_no_winner, max_opt_out_rate, created_at, updated_at)
        VALUES (${campaignId}, ${mode}, ${seed}, ${holdoutBp}, ${samplePercent}, ${maxSample}, ${minPerVariant},
                ${primaryMetric}, make_interval(secs => ${outcomeWindowMs}::float8 / 1000), ${analysis}, ${alpha},
                ${decision}, ${onNoWinner}, ${maxOptOutRate}, ${now}, ${now})
        ON CONFLICT (campaign_id) DO UPDATE
           SET mode = excluded.mode, seed = excluded.seed, holdout_bp = excluded.holdout_bp,
               sample_percent = excluded.sample_percent, max_sample = excluded.max_sample,
               min_per_variant = excluded.min_per_variant, primary_metric = excluded.primary_metric,
               outcome_window = excluded.outcome_window, analysis = excluded.analysis, alpha = excluded.alpha,
               decision = excluded.decision, on_no_winner = excluded.on_no_winner,
               max_opt_out_rate = excluded.max_opt_out_rate, updated_at = excluded.updated_at`,
  );
}

export async function writeVariants(
  tx: EntityManager,
  campaignId: string,
  variants: readonly NewVariant[],
): Promise<void> {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  await execute(tx, sql`DELETE FROM campaign_variants WHERE campaign_id = ${campaignId}`);
  await execute(
    tx,
    sql`INSERT INTO campaign_variants
          (campaign_id, number, key, name, weight_bp, template_name, language_code, template_variables,
           template_components, send_at)
        SELECT ${campaignId}, v.*
          FROM unnest(${variants.map(({ number }) => number)}::smallint[], ${variants.map(({ key }) => key)}::text[],
                      ${variants.map(({ name }) => name)}::text[],
                      ${variants.map(({ weightBp }) => weightBp)}::smallint[],
                      ${variants.map(({ templateName }) => templateName)}::text[],
                      ${variants.map(({ languageCode }) => languageCode)}::text[],
                      ${variants.map(({ templateVariables }) => json(templateVariables))}::jsonb[],
                      ${variants.map(({ templateComponents }) => json(templateComponents))}::jsonb[],
                      ${variants.map(({ sendAt }) => sendAt)}::text[]) AS v`,
  );
}

export async function removeExperiment(tx: EntityManager, campaignId: string): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM campaign_experiments WHERE campaign_id = ${campaignId} AND state = 'draft'`,
  );
}

export interface Start extends Pick<
  Experiment,
  'mode' | 'maxSample' | 'sampleBp' | 'primaryMetric' | 'outcomeWindowMs'
> {
  openWave: number;
  hashes: readonly { number: number; hash: string | null }[];
}

/** Freezes the experiment. The caller holds the campaign. */
export async function startExperiment(
  tx: EntityManager,
  campaignId: string,
  { mode, maxSample, sampleBp, primaryMetric, outcomeWindowMs, openWave, hashes }: Start,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_experiments
           SET state = 'running', mode = ${mode}, max_sample = ${maxSample},
               sample_bp = ${sampleBp}, primary_metric = ${primaryMetric},
               outcome_window = make_interval(secs => ${outcomeWindowMs}::float8 / 1000), started_at = ${now},
               updated_at = ${now}
         WHERE campaign_id = ${campaignId}`,
  );
  await execute(
    tx,
    sql`UPDATE campaign_variants v SET template_hash = h.hash
          FROM unnest(${hashes.map(({ number }) => number)}::smallint[], ${hashes.map(({ hash }) => hash)}::text[])
            AS h (number, hash)
         WHERE v.campaign_id = ${campaignId} AND v.number = h.number`,
  );
  await execute(tx, sql`UPDATE marketing_campaigns SET open_wave = ${openWave} WHERE id = ${campaignId}`);
}

export interface Decision {
  /** Null: the experiment ends without a winner, and everybody keeps the variant they were given. */
  variant: number | null;
  basis: string;
  by: string | null;
  reason: string | null;
  known: Record<string, unknown>;
}

/**
 * One row says it: the claim reads the winner from the campaign. Those who wait in a later wave are let in. The caller
 * holds the campaign and the experiment.
 */
export async function decide(
  tx: EntityManager,
  { campaignId, state }: Pick<Experiment, 'campaignId' | 'state'>,
  { variant, basis, by, reason, known }: Decision,
  now: Date,
): Promise<void> {
  const next = state === 'invalid' ? 'invalid' : variant === null ? 'finished' : 'decided';
  await execute(
    tx,
    sql`UPDATE campaign_experiments
           SET state = ${next}, decided_at = ${now}, decided_by = ${by}, decision_basis = ${basis},
               decision_reason = ${reason}, decision_known = ${JSON.stringify(known)}::jsonb,
               finished_at = CASE WHEN ${next} = 'finished' THEN ${now}::timestamptz ELSE finished_at END,
               updated_at = ${now}
         WHERE campaign_id = ${campaignId}`,
  );
  await execute(
    tx,
    sql`UPDATE marketing_campaigns
           SET winner = ${variant}, open_wave = CASE WHEN open_wave = 0 THEN 1 ELSE open_wave END, feed_at = NULL,
               updated_at = ${now}
         WHERE id = ${campaignId}`,
  );
}

/** Campaigns that are over have nothing left to decide. Returns how many experiments have finished. */
export async function finishEnded(tx: EntityManager, campaignId: string, now: Date): Promise<number> {
  return execute(
    tx,
    sql`UPDATE campaign_experiments e SET state = 'finished', finished_at = ${now}, updated_at = ${now}
          FROM marketing_campaigns c
         WHERE e.campaign_id = ${campaignId} AND c.id = e.campaign_id
           AND e.state = ANY(${statesBefore(EXPERIMENT_MOVES, 'finished')}::text[])
           AND c.status IN ('completed', 'cancelled', 'failed')`,
  );
}

export async function markDropped(
  tx: EntityManager,
  campaignId: string,
  number: number,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_variants SET dropped_at = ${now} WHERE campaign_id = ${campaignId} AND number = ${number}`,
  );
}

export interface Invalidated {
  organizationId: string;
  campaignId: string;
  name: string;
}

/** Returns those that were valid until now. */
export async function invalidate(
  tx: EntityManager,
  campaignIds: readonly string[],
  reason: string,
  now: Date,
): Promise<Invalidated[]> {
  return rowsOf(
    tx,
    sql`UPDATE campaign_experiments e
           SET state = 'invalid', invalid_at = ${now}, invalid_reason = ${reason}, updated_at = ${now}
          FROM marketing_campaigns c
         WHERE c.id = e.campaign_id AND e.campaign_id = ANY(${campaignIds}::uuid[])
           AND e.state = ANY(${statesBefore(EXPERIMENT_MOVES, 'invalid')}::text[])
        RETURNING c.organization_id AS "organizationId", c.id AS "campaignId", c.name`,
  );
}

export async function noteOptOutPause(tx: EntityManager, campaignId: string, at: Date): Promise<number> {
  return execute(
    tx,
    sql`UPDATE campaign_experiments SET opt_out_paused_at = ${at}
         WHERE campaign_id = ${campaignId} AND opt_out_paused_at IS NULL`,
  );
}

/** From counters, in the order of the variants; 0 is the control group. */
export async function figuresOf(db: EntityManager, campaignId: string): Promise<VariantFigures[]> {
  return rowsOf(
    db,
    sql`SELECT v.number, v.key, coalesce(n.total_target_customers, 0) AS assigned,
               coalesce(n.messages_sent, 0) AS sent, coalesce(n.messages_delivered, 0) AS delivered,
               coalesce(n.messages_read, 0) AS read, coalesce(n.messages_clicked, 0) AS clicked,
               coalesce(n.messages_responded, 0) AS responded, coalesce(n.messages_failed, 0) AS failed
          FROM (SELECT campaign_id, number, key FROM campaign_variants WHERE campaign_id = ${campaignId}
                UNION ALL SELECT campaign_id, 0, 'control' FROM campaign_experiments
                 WHERE campaign_id = ${campaignId} AND holdout_bp > 0) AS v
          LEFT JOIN campaign_variant_counters n ON n.campaign_id = v.campaign_id AND n.variant = v.number
         ORDER BY v.number`,
  );
}
