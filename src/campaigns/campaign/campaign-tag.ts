import { entityTag } from '../../platform/http/entity-tag.js';
import { allSettings } from './campaign-fields.js';
import type { StoredSettings } from './campaign-input.js';
import type { CampaignState } from './campaign-state.js';

/** With the state, because a change of a draft means something else once the campaign is scheduled or runs. */
export function campaignTag(campaign: StoredSettings & { id: string; status: CampaignState }): string {
  const { id, status, sendWindowOff } = campaign;
  return entityTag('campaign', id, [status, allSettings(campaign), sendWindowOff]);
}
