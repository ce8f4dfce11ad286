import type { CampaignState } from './campaign-state.js';
import type { StoredWindow } from './campaign-window.js';

/** What the engine needs to know about a campaign to judge the outcome of its attempts. */
export interface RunningCampaign extends StoredWindow {
  id: string;
  organizationId: string;
  senderId: string | null;
  /** The portfolio whose limit its recipients count against; null: no portfolio, or one without a limit. */
  portfolioId: string | null;
  status: CampaignState;
  statusChangedAt: Date;
  retryFailed: boolean;
  maxRetries: number;
  timeZone: string;
  sendInRecipientZone: boolean;
  /** The breaker's settings. */
  firstFailures: number | null;
  failurePercent: number | null;
  minAttempts: number;
}
