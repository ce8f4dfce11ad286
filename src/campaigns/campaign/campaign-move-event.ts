import type { OwnKind } from '../../events/event-kinds.js';
import type { CampaignState } from './campaign-state.js';

export interface MovedCampaign {
  organizationId: string;
  id: string;
  name: string;
}

interface CampaignMove {
  from: CampaignState;
  to: CampaignState;
  reason: string;
  at: Date;
}

export interface CampaignMoveEvent {
  organizationId: string;
  kind: OwnKind;
  customerId: null;
  objectId: string;
  campaignId: string;
  data: Record<string, unknown>;
  occurredAt: Date;
}

/** The event of a campaign's move; undefined: nobody is told of this one. */
export function campaignMoveEvent(
  { organizationId, id, name }: MovedCampaign,
  { from, to, reason, at }: CampaignMove,
): CampaignMoveEvent | undefined {
  const kind = kindOf(from, to);
  if (kind === undefined) return undefined;
  const data = { id, name, from, to, reason };
  return { organizationId, kind, customerId: null, objectId: id, campaignId: id, data, occurredAt: at };
}

function kindOf(from: CampaignState, to: CampaignState): OwnKind | undefined {
  switch (to) {
    case 'active':
      return from === 'draft' || from === 'scheduled' ? 'campaign.started' : 'campaign.resumed';
    case 'paused':
      return 'campaign.paused';
    case 'completed':
      return 'campaign.completed';
    case 'cancelled':
      return 'campaign.cancelled';
    default:
      return undefined;
  }
}
