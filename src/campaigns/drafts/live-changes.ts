import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { SettingName } from '../campaign/campaign-fields.js';
import type { StoredSettings } from '../campaign/campaign-input.js';
import type { CampaignState } from '../campaign/campaign-state.js';

/** What may be changed while a campaign runs or pauses: what it is called, and how fast it goes. */
const LABELS = ['name', 'tags'] as const satisfies SettingName[];
const WINDOW = ['sendWindowStart', 'sendWindowEnd', 'sendWindowOff'] as const;
const PACE = ['rateLimit', 'dailySendLimit', ...WINDOW] as const;
const LIVE: readonly string[] = [...LABELS, ...PACE, 'priority'];

const SHOWN = ['name', 'tags', 'rateLimit', 'dailySendLimit', 'sendWindowStart', 'sendWindowEnd', 'priority'];
/** Where the WhatsApp API has another name for a setting. */
const NAMES: Readonly<Record<string, string>> = { languageCode: 'templateLanguage' };
const ALL_OF = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** Rejects every other change. A setting that is given as it is already is none. */
export function assertMayChange(
  campaign: StoredSettings & { status: CampaignState },
  wanted: StoredSettings,
  addsRecipients: boolean,
): void {
  const changed = Object.entries(wanted)
    .filter(
      ([name, value]) => !LIVE.includes(name) && !isDeepStrictEqual(value, campaign[name as SettingName]),
    )
    .map(([name]) => NAMES[name] ?? name);
  const refused = [...changed, ...(addsRecipients ? ['recipients'] : [])];
  if (refused.length === 0) return;
  const detail =
    `This campaign is ${campaign.status}: only ${ALL_OF.format(SHOWN)} can still be changed, ` +
    `not ${ALL_OF.format(refused)}.`;
  const message = 'cannot be changed any more';
  throw new DomainError('conflict', 'wrong_campaign_state', detail, {
    errors: refused.map((field) => ({ field, message })),
  });
}

/** Whether what has been handed out may be more, or faster, than the new settings allow. */
export function paceDiffers(campaign: StoredSettings, wanted: StoredSettings): boolean {
  return PACE.some((name) => campaign[name] !== wanted[name]);
}
