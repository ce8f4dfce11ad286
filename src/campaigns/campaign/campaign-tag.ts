import { entityTag } from '../../platform/http/entity-tag.js';
import { allSettings } from './campaign-fields.js';
import type { Campaign } from './campaign.entity.js';

/** With the state, because a change of a draft means something else once the campaign is scheduled or runs. */
export function campaignTag(campaign: Campaign): string {
  const { id, status, sendWindowOff } = campaign;
  return entityTag('campaign', id, [status, allSettings(campaign), sendWindowOff]);
}
