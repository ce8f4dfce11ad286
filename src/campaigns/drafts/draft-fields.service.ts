import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { parseTimeZone } from '../../rules/calendar/time-zone.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { allSettings, withDefaults } from '../campaign/campaign-fields.js';
import type { CampaignChanges, CampaignInput, StoredSettings } from '../campaign/campaign-input.js';
import { storeWindow } from '../campaign/campaign-window.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { DraftChecks } from './draft-checks.service.js';

/** Makes the settings that are stored from those that were given. */
@Injectable()
export class DraftFields {
  constructor(
    private readonly checks: DraftChecks,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
  ) {}

  /** With everything checked that the campaign refers to. Meta may have to be asked, so no transaction is open. */
  async of(organizationId: string, input: CampaignInput): Promise<StoredSettings> {
    const settings = this.settingsOf(input);
    return { ...settings, senderId: await this.checks.senderOf(organizationId, settings) };
  }

  /** The campaign with the changes, for those that refer to nothing else. */
  changed(campaign: Campaign, changes: CampaignChanges): StoredSettings {
    return this.settingsOf(inputWith(campaign, changes));
  }

  assertAhead(scheduledFor: Date | null | undefined): void {
    if (scheduledFor === null || scheduledFor === undefined || scheduledFor > this.clock.now()) return;
    const detail = 'scheduledFor lies in the past: give a later instant, or leave it out and send at once.';
    throw new DomainError('rule', 'scheduled_in_the_past', detail);
  }

  private settingsOf(input: CampaignInput): StoredSettings {
    const timeZone = zone(input.timeZone ?? this.calendar.timeZone);
    return {
      ...withDefaults({ ...input, timeZone }),
      ...storeWindow(input.sendWindowStart, input.sendWindowEnd),
    };
  }
}

/** A campaign as the input that would make it, so that a change is judged like a new one. */
export function inputWith(campaign: Campaign, changes: CampaignChanges): CampaignInput {
  return { ...inputOf(campaign), ...given(changes) };
}

function inputOf(campaign: Campaign): CampaignInput {
  const settings = allSettings(campaign);
  if (campaign.sendWindowOff || campaign.sendWindowStart !== null) return settings;
  return { ...settings, sendWindowStart: undefined, sendWindowEnd: undefined };
}

function given(changes: CampaignChanges): Partial<CampaignInput> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function zone(name: string): string {
  try {
    return parseTimeZone(name);
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError('rule', error.code, error.message);
    throw error;
  }
}
