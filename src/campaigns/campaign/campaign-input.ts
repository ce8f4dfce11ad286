import type { Day } from '../../rules/calendar/day.js';
import type { StoredWindow } from './campaign-window.js';
import type { CampaignSettings, RequiredSetting } from './campaign-fields.js';

/** The settings to create a campaign with, in the names of neither API. Null is a value (no limit, no rate); undefined means the default. */
export type CampaignInput = CampaignChanges & Pick<CampaignSettings, RequiredSetting>;

/** The settings as they are stored. */
export type StoredSettings = CampaignSettings & StoredWindow;

/** Settings that are omitted or undefined keep their value. */
export type CampaignChanges = { [Name in keyof CampaignSettings]?: CampaignSettings[Name] | undefined };

export interface Activation {
  campaignId: string;
  recipients: number;
  days: number;
  firstDay: Day;
  completesOn: Day;
  dailyLimit: number | null;
}
