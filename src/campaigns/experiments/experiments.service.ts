import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { CampaignReadiness, isPreparedFor } from '../message/campaign-readiness.service.js';
import { asVariant, type Experiment, type VariantFigures } from '../variants/experiment.js';
import * as queries from '../variants/experiments.queries.js';
import { type Definition, definitionOf, type ExperimentInput } from './experiment-definition.js';
import {
  assertMeasurable,
  assertOneCategory,
  ExperimentStarts,
  hasLinks,
  type PreparedCampaign,
} from './experiment-starts.service.js';

export interface ShownExperiment {
  experiment: Experiment;
  /** The key of the variant that everybody gets who has not been attempted. */
  winner: string | null;
  figures: VariantFigures[];
}

/** Defines the experiment of a campaign. From the start of the campaign on nothing of it changes. */
@Injectable()
export class Experiments {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly readiness: CampaignReadiness,
    private readonly starts: ExperimentStarts,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
  ) {}

  async get(organizationId: string, id: string): Promise<ShownExperiment> {
    const { winner } = await this.campaigns.get(organizationId, id);
    const db = this.database.manager;
    const experiment = await queries.experimentOfCampaign(db, id);
    if (experiment === undefined) throw notFound('experiment', id);
    const { variants } = experiment;
    const key = variants.find(({ number }) => number === winner)?.key ?? null;
    return { experiment, winner: key, figures: await queries.figuresOf(db, id) };
  }

  async define(organizationId: string, id: string, input: ExperimentInput): Promise<ShownExperiment> {
    const known = await this.campaigns.get(organizationId, id);
    assertNotStarted(known);
    const { window } = new CampaignCalendar(known, this.settings, this.clock.now());
    const definition = definitionOf(input, { id, window });
    await this.assertTemplates(known, definition);
    const prepared = await this.prepare(known, definition);
    const isStored = await this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.lock(tx, organizationId, id);
      assertNotStarted(campaign);
      const isScheduled = campaign.status === 'scheduled';
      if (isScheduled && !isPreparedFor(prepared.message, campaign)) return false;
      await this.store(tx, id, definition);
      if (isScheduled) await this.assertScheduled(tx, campaign, prepared);
      return true;
    });
    // Another message since the look-up: it is looked up again.
    return isStored ? this.get(organizationId, id) : this.define(organizationId, id, input);
  }

  async remove(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.lock(tx, organizationId, id);
      const experiment = await queries.experimentOfCampaign(tx, id);
      if (experiment === undefined) throw notFound('experiment', id);
      assertNotStarted(campaign);
      await queries.removeExperiment(tx, id);
    });
  }

  private async store(tx: EntityManager, id: string, { settings, variants }: Definition): Promise<void> {
    await queries.writeExperiment(tx, id, settings, this.clock.now());
    await queries.writeVariants(tx, id, variants);
  }

  /** What Meta knows of the templates; those that it does not know at all are refused here already. */
  private async assertTemplates(campaign: Campaign, { settings, variants }: Definition): Promise<void> {
    const templates = [];
    for (const variant of variants) {
      const template = await this.readiness.templateOf(asVariant(campaign, variant));
      if (template !== null) templates.push(template);
    }
    assertOneCategory(templates);
    assertMeasurable(settings.primaryMetric, { templates, hasLinks: hasLinks(campaign) });
  }

  private async prepare(campaign: Campaign, { variants }: Definition): Promise<PreparedCampaign> {
    const fresh = variants.map((one) => ({ ...one, templateHash: null, droppedAt: null }));
    return this.starts.prepareDefined(campaign, { variants: fresh, updatedAt: this.clock.now() });
  }

  /** A scheduled campaign starts without being looked at again. The people of a series are chosen at its hour. */
  private async assertScheduled(
    tx: EntityManager,
    campaign: Campaign,
    prepared: PreparedCampaign,
  ): Promise<void> {
    if (campaign.seriesId === null) await this.starts.assertReady(tx, campaign, prepared);
    else await this.starts.assertMessages(tx, campaign, prepared);
  }
}

function assertNotStarted({ status }: Campaign): void {
  if (status === 'draft' || status === 'scheduled') return;
  const detail = `This campaign is ${status}: its experiment can be changed only before it starts.`;
  throw new DomainError('conflict', 'experiment_running', detail);
}
