import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { addDays } from '../../rules/calendar/day.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { VariantAssignment } from '../../recipients/variants/variant-assignment.service.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { definitionsOf } from '../message/campaign-links.service.js';
import {
  CampaignReadiness,
  isPreparedFor,
  type PreparedStart,
} from '../message/campaign-readiness.service.js';
import { templateHash } from '../message/variant-messages.service.js';
import { carriesOn } from '../planning/daily-capacity.js';
import { ALL_WAVES, SAMPLE_WAVE } from '../campaign/open-wave.js';
import { type ExperimentMode, OUTCOME_WINDOW_MS } from '../variants/experiment-state.js';
import { asVariant, assignmentOf, type Experiment, type Variant } from '../variants/experiment.js';
import * as queries from '../variants/experiments.queries.js';
import { type Clickable, defaultMetric, unmeasurable } from './measurable.js';
import { type Sample, sampleOf } from './sample-of.js';

interface PreparedVariant {
  variant: Variant;
  prepared: PreparedStart;
}

/** What was looked up before a start: the campaign's message, or that of each variant. */
export interface PreparedCampaign {
  message: PreparedStart;
  experiment: { definedAt: Date; variants: PreparedVariant[] } | null;
}

const CODES: Readonly<Record<string, string>> = {
  template_not_approved: 'variant_template_not_approved',
  template_unknown: 'variant_template_not_approved',
  variables_missing: 'variant_variables_missing',
};

/** Checks that a campaign can start with each of its messages, and divides its people among the variants as it starts. */
@Injectable()
export class ExperimentStarts {
  constructor(
    private readonly database: Database,
    private readonly readiness: CampaignReadiness,
    private readonly assignment: VariantAssignment,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
  ) {}

  /** Before the transaction: Meta may have to be asked. */
  async prepare(campaign: Campaign): Promise<PreparedCampaign> {
    const experiment = await queries.experimentOfCampaign(this.database.manager, campaign.id);
    if (experiment !== undefined) return this.prepareDefined(campaign, experiment);
    return { message: await this.readiness.prepare(campaign), experiment: null };
  }

  /** The same with an experiment that may not be stored yet. */
  async prepareDefined(
    campaign: Campaign,
    { variants, updatedAt }: Pick<Experiment, 'variants' | 'updatedAt'>,
  ): Promise<PreparedCampaign> {
    const message = await this.readiness.prepare(campaign);
    const prepared = await this.prepareVariants(campaign, variants);
    return { message, experiment: { definedAt: updatedAt, variants: prepared } };
  }

  /** False: the campaign or its experiment has been changed since the look-up. */
  async isPreparedFor(tx: EntityManager, prepared: PreparedCampaign, campaign: Campaign): Promise<boolean> {
    if (!isPreparedFor(prepared.message, campaign)) return false;
    const experiment = await queries.experimentOfCampaign(tx, campaign.id);
    return experiment?.updatedAt.getTime() === prepared.experiment?.definedAt.getTime();
  }

  /** `campaign` as its row is now, with all its people. */
  async assertReady(tx: EntityManager, campaign: Campaign, prepared: PreparedCampaign): Promise<void> {
    await this.assertMessages(tx, campaign, prepared);
    const experiment = await queries.experimentOfCampaign(tx, campaign.id);
    if (experiment?.state === 'draft') this.sampled(campaign, experiment);
  }

  /** The same for a campaign whose people are not chosen yet. */
  async assertMessages(tx: EntityManager, campaign: Campaign, prepared: PreparedCampaign): Promise<void> {
    if (prepared.experiment === null) return this.readiness.assertReady(tx, campaign, prepared.message);
    const { variants } = prepared.experiment;
    for (const one of variants) await this.assertVariant(tx, campaign, one);
    const templates = variants.flatMap(({ prepared: found }) => templateIn(found) ?? []);
    assertOneCategory(templates);
    const experiment = await queries.experimentOfCampaign(tx, campaign.id);
    assertMeasurable(experiment?.primaryMetric ?? null, { templates, hasLinks: hasLinks(campaign) });
  }

  /** In the transaction of the start, before the plan is made. `campaign` as its row is now. */
  async begin(tx: EntityManager, campaign: Campaign, prepared: PreparedCampaign): Promise<void> {
    const experiment = await queries.lockExperiment(tx, campaign.id);
    if (experiment?.state !== 'draft') return;
    const now = this.clock.now();
    const { mode, planned, sampleBp } = this.sampled(campaign, experiment);
    const found = prepared.experiment?.variants ?? [];
    const templates = found.flatMap((one) => templateIn(one.prepared) ?? []);
    const primaryMetric =
      experiment.primaryMetric ?? defaultMetric({ templates, hasLinks: hasLinks(campaign) });
    const started: Experiment = { ...experiment, state: 'running', mode, sampleBp };
    await queries.startExperiment(
      tx,
      campaign.id,
      {
        mode,
        maxSample: planned,
        sampleBp,
        primaryMetric,
        outcomeWindowMs: experiment.outcomeWindowMs ?? OUTCOME_WINDOW_MS[primaryMetric],
        openWave: mode === 'wait' ? SAMPLE_WAVE : ALL_WAVES,
        hashes: found.map(({ variant: { number }, prepared: one }) => ({
          number,
          hash: templateHash(templateIn(one)),
        })),
      },
      now,
    );
    const assignment = assignmentOf(started);
    if (assignment !== null) await this.assignment.assignPending(tx, campaign.id, assignment);
  }

  /** How the people would be divided now. Throws when a variant would get too few of them. */
  private sampled(campaign: Campaign, experiment: Experiment): Sample & { mode: ExperimentMode } {
    const mode = experiment.mode ?? (this.fitsOneDay(campaign, experiment) ? 'wait' : 'continue');
    const sample = sampleOf({ ...experiment, mode }, campaign.messagesPending);
    const { planned } = sample;
    const fewest = Math.min(...experiment.variants.map(({ weightBp }) => weightBp));
    const smallest = Math.floor((planned * fewest) / 10_000);
    if (smallest >= experiment.minPerVariant) return { mode, ...sample };
    const detail =
      `The smallest variant would get about ${smallest} of ${planned} people, fewer than minPerVariant ` +
      `(${experiment.minPerVariant}): add recipients, or ask for less.`;
    throw new DomainError('rule', 'sample_too_small', detail);
  }

  private async prepareVariants(
    campaign: Campaign,
    variants: readonly Variant[],
  ): Promise<PreparedVariant[]> {
    const prepared: PreparedVariant[] = [];
    for (const variant of variants) {
      prepared.push({ variant, prepared: await this.readiness.prepare(asVariant(campaign, variant)) });
    }
    return prepared;
  }

  private async assertVariant(
    tx: EntityManager,
    campaign: Campaign,
    { variant, prepared }: PreparedVariant,
  ): Promise<void> {
    try {
      await this.readiness.assertReady(tx, asVariant(campaign, variant), prepared);
    } catch (error) {
      const code = error instanceof DomainError ? CODES[error.code] : undefined;
      if (!(error instanceof DomainError) || code === undefined) throw error;
      throw new DomainError(error.kind, code, `Variant ${variant.key}: ${error.message}`, error.extra);
    }
  }

  /** Whether a whole day takes all of them: then a sample can go first and nobody waits for a day of their own. */
  private fitsOneDay(campaign: Campaign, { holdoutBp }: Experiment): boolean {
    const calendar = new CampaignCalendar(campaign, this.settings, this.clock.now());
    const { timeZone, window, now, today } = calendar;
    const tomorrow = addDays(today, 1);
    const carries = carriesOn({ rateLimit: campaign.rateLimit, timeZone, window }, today, now)(tomorrow);
    const people = (campaign.messagesPending * (10_000 - holdoutBp)) / 10_000;
    return people <= Math.min(campaign.dailySendLimit ?? Infinity, carries ?? Infinity);
  }
}

function templateIn(prepared: PreparedStart): WhatsappTemplate | null {
  return 'refusal' in prepared ? null : prepared.template;
}

export function assertOneCategory(templates: readonly WhatsappTemplate[]): void {
  const categories = [...new Set(templates.map(({ category }) => category))];
  if (categories.length < 2) return;
  const detail = `The templates of the variants have different categories (${categories.join(', ')}): they are not comparable.`;
  throw new DomainError('rule', 'variant_category_mixed', detail);
}

export function hasLinks({ links }: Campaign): boolean {
  return definitionsOf(links).length > 0;
}

export function assertMeasurable(metric: Experiment['primaryMetric'], clickable: Clickable): void {
  const why = metric === null ? null : unmeasurable(metric, clickable);
  if (why === null) return;
  throw new DomainError('rule', 'primary_metric_unmeasurable', why, {
    errors: [{ field: 'primaryMetric', message: why }],
  });
}
