import type { Day } from '../../rules/calendar/day.js';
import type { TargetType } from './target-type.js';

/** What makes a campaign, in the words of neither face. Null is a value (no limit, no rate); undefined is the default. */
export interface CampaignInput {
  name: string;
  description?: string | null | undefined;
  templateName: string;
  languageCode?: string | undefined;
  templateVariables?: Record<string, unknown> | null | undefined;
  templateComponents?: unknown[] | null | undefined;
  targetType?: TargetType | undefined;
  targetAudience?: Record<string, unknown> | null | undefined;
  segmentQuery?: Record<string, unknown> | null | undefined;
  sourceCampaignId?: string | null | undefined;
  senderId?: string | null | undefined;
  priority?: number | undefined;
  dailySendLimit?: number | null | undefined;
  rateLimit?: number | null | undefined;
  retryFailed?: boolean | undefined;
  maxRetries?: number | undefined;
  breakerFirstFailures?: number | null | undefined;
  breakerFailurePercent?: number | null | undefined;
  breakerMinAttempts?: number | undefined;
  scheduledFor?: Date | null | undefined;
  sendWindowStart?: string | null | undefined;
  sendWindowEnd?: string | null | undefined;
  timeZone?: string | undefined;
  tags?: string[] | undefined;
}

/** What is left out, or undefined, stays as it is. */
export type CampaignChanges = { [Field in keyof CampaignInput]?: CampaignInput[Field] | undefined };

export interface Activation {
  campaignId: string;
  recipients: number;
  days: number;
  firstDay: Day;
  completesOn: Day;
  dailyLimit: number | null;
}
