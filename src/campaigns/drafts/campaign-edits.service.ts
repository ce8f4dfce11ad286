import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Precondition } from '../../platform/http/entity-tag.js';
import type { RecipientInput } from '../../recipients/recipient-input.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { CampaignChanges } from '../campaign/campaign-input.js';
import { assertCommand, isUnderWay } from '../campaign/campaign-state.js';
import { campaignTag } from '../campaign/campaign-tag.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { campaignsOf } from '../campaign/campaigns.service.js';
import { RecipientIntake } from '../intake/recipient-intake.service.js';
import { OpenCampaigns } from '../planning/open-campaigns.service.js';
import { DraftChecks } from './draft-checks.service.js';
import { DraftFields, inputWith } from './draft-fields.service.js';
import { assertMayChange, paceDiffers } from './live-changes.js';
import { ScheduledEdits, withSettings } from './scheduled-edits.service.js';

/** Someone else has changed the campaign between the look-up of what it refers to and its lock. */
class ChangedMeanwhile extends Error {}

interface Edit {
  organizationId: string;
  id: string;
  changes: CampaignChanges;
  recipients: readonly RecipientInput[] | undefined;
  precondition: Precondition | undefined;
}

/** Changes campaigns: all of a campaign that has not started, and the labels and the pace of one that runs or pauses. */
@Injectable()
export class CampaignEdits {
  constructor(
    private readonly database: Database,
    private readonly fields: DraftFields,
    private readonly checks: DraftChecks,
    private readonly scheduled: ScheduledEdits,
    private readonly opened: OpenCampaigns,
    private readonly intake: RecipientIntake,
  ) {}

  /**
   * What the campaign refers to is looked up before the transaction, because Meta may have to be asked. A campaign that is
   * another one under the lock is looked up again, so two changes of different settings both stay.
   */
  async update(edit: Edit): Promise<Campaign> {
    const { organizationId, id, recipients } = edit;
    for (;;) {
      const known = await campaignsOf(this.database.manager, organizationId).get(id);
      // First of all, and again under the lock: an editor who read an older state has to read it again, whatever it is now.
      edit.precondition?.assertMet(campaignTag(known));
      assertCommand('edit', known.status);
      try {
        if (isUnderWay(known.status)) return await this.changeLive(known, edit);
        await this.change(known, edit);
        break;
      } catch (error) {
        if (!(error instanceof ChangedMeanwhile)) throw error;
      }
    }
    // In a transaction of its own: the campaign stays changed when its recipients cannot be added.
    if (recipients !== undefined) await this.intake.addItems(organizationId, id, recipients);
    return campaignsOf(this.database.manager, organizationId).get(id);
  }

  /** A campaign that is already scheduled is checked as at its start, and planned again. */
  private async change(known: Campaign, { changes, precondition }: Edit): Promise<void> {
    const { organizationId, id } = known;
    assertKeepsStart(known, changes);
    this.fields.assertAhead(changes.scheduledFor);
    const fields = await this.fields.of(organizationId, inputWith(known, changes));
    const again = known.status === 'scheduled' ? await this.scheduled.prepare(known, fields) : undefined;
    await this.database.transaction(async (tx) => {
      const open = await this.opened.open(tx, organizationId, id);
      const { campaign, now } = open;
      precondition?.assertMet(campaignTag(campaign));
      assertCommand('edit', campaign.status);
      assertSame(known, campaign);
      await this.checks.holdFiles(tx, organizationId, fields);
      if (campaign.priority < fields.priority) await this.opened.yieldRank(open);
      await campaignsOf(tx, organizationId).update(id, { ...fields, updatedAt: now });
      await this.checks.storeLinks(tx, { id, organizationId, links: fields.links });
      if (again !== undefined) await this.scheduled.settle(tx, withSettings(campaign, fields), again);
      if (campaign.status === 'scheduled') await this.opened.plan(open);
    });
  }

  /**
   * The plan keeper plans it again a moment later. What was handed out at the former pace is taken back by the claims that
   * find it, as after a pause. Only another rank needs the plan's lock, because it changes the plans of others.
   */
  private async changeLive(known: Campaign, { changes, recipients, precondition }: Edit): Promise<Campaign> {
    const { organizationId, id } = known;
    const fields = this.fields.changed(known, changes);
    assertMayChange(known, fields, recipients !== undefined);
    return this.database.transaction(async (tx) => {
      const isRanked = fields.priority !== known.priority;
      const open = isRanked
        ? await this.opened.open(tx, organizationId, id)
        : { ...(await this.opened.lock(tx, organizationId, id)), scope: null };
      const { campaign, now } = open;
      precondition?.assertMet(campaignTag(campaign));
      assertCommand('edit', campaign.status);
      assertSame(known, campaign);
      await this.opened.yieldRank(open);
      const pace = paceDiffers(campaign, fields) ? { paceChangedAt: now, feedAt: null } : {};
      await campaignsOf(tx, organizationId).update(id, { ...fields, ...pace, updatedAt: now });
      if (isRanked || paceDiffers(campaign, fields)) await this.opened.planSoon(open);
      return campaignsOf(tx, organizationId).get(id);
    });
  }
}

/** Without its instant it would stay scheduled for ever. */
function assertKeepsStart({ status }: Campaign, { scheduledFor }: CampaignChanges): void {
  if (status !== 'scheduled' || scheduledFor !== null) return;
  const detail =
    'This campaign is scheduled, so scheduledFor must be an instant: give a later one, unschedule the campaign, or send ' +
    'it now.';
  throw new DomainError('rule', 'scheduled_without_instant', detail, {
    errors: [{ field: 'scheduledFor', message: 'must not be null while the campaign is scheduled' }],
  });
}

function assertSame(known: Campaign, locked: Campaign): void {
  if (campaignTag(known) !== campaignTag(locked)) throw new ChangedMeanwhile();
}
