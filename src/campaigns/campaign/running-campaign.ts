import type { CampaignState } from './campaign-state.js';
import type { StoredWindow } from './campaign-window.js';

/** What the engine has to know of a campaign to judge what became of its attempts. */
export interface RunningCampaign extends StoredWindow {
  id: string;
  organizationId: string;
  senderId: string | null;
  /** The portfolio whose limit its people count against; null: there is none, or none that limits. */
  portfolioId: string | null;
  status: CampaignState;
  statusChangedAt: Date;
  retryFailed: boolean;
  maxRetries: number;
  timeZone: string;
  /** The breaker's settings. */
  firstFailures: number | null;
  failurePercent: number | null;
  minAttempts: number;
}
