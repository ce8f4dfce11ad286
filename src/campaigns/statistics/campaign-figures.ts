import type { VariantFigures } from '../variants/experiment.js';
import type { CampaignState } from '../campaign/campaign-state.js';
import type { LinkFigures, PressedButton } from '../../links/link-figures.js';
import type { CampaignRevenue } from '../../conversions/revenue.js';
import type { CostAnswer } from '../../rates/cost-answer.js';
import type { ExplainedError } from './campaign-stats-errors.js';

/** The counters of a campaign, as the triggers keep them: reading them costs one row. */
export interface CampaignCounters {
  id: string;
  status: CampaignState;
  total: number;
  pending: number;
  sent: number;
  delivered: number;
  read: number;
  responded: number;
  failed: number;
  skipped: number;
  optedOut: number;
}

export interface CampaignFigures extends CampaignCounters {
  name: string;
  timeZone: string | null;
  startedAt: Date | null;
  completedAt: Date | null;
  estimatedCompletionDate: string | null;
}

export interface TimelineHour {
  /** The instant at which the hour begins, and its local time in the campaign's zone. */
  hour: Date;
  localTime: string;
  sent: number;
  delivered: number;
  read: number;
  responded: number;
  failed: number;
}

export interface TimelineSums {
  clicks: number;
  deliveredTimed: number;
  deliveredMs: number;
  readTimed: number;
  readMs: number;
  respondedTimed: number;
  respondedMs: number;
}

export interface CostLine {
  category: string;
  type: string;
  billable: number;
  free: number;
  /** Meta gave a category, but not whether it bills the message. */
  unknown: number;
}

export interface FailureSample {
  recipientId: string;
  phoneNumber: string;
  name: string | null;
  errorCode: number | null;
  reason: string | null;
  retryCount: number;
  failedAt: Date;
}

export interface DayFigures {
  date: string;
  sent: number;
  delivered: number;
  read: number;
  responded: number;
  failed: number;
}

export interface ScheduledBatch {
  sendDate: string;
  batchNumber: number;
  batchSize: number;
  sent: number;
  remaining: number;
  status: string;
}

/** What people opened and pressed in the messages. */
export interface CampaignClicks {
  links: LinkFigures[];
  buttons: PressedButton[];
}

export interface CampaignDetails extends TimelineSums {
  clicked: CampaignClicks;
  revenue: CampaignRevenue;
  /** What Meta bills, priced; null while nothing with a price has arrived. */
  cost: CostAnswer | null;
  figures: CampaignFigures;
  errors: ExplainedError[];
  timeline: TimelineHour[];
  sampleFailures: FailureSample[];
  costs: CostLine[];
  /** Of its experiment, without the control group. */
  variants: VariantFigures[];
}
