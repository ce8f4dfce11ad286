import { DomainError } from '../../rules/errors/domain-error.js';
import type { Moves } from '../../rules/state-machine.js';

export const CAMPAIGN_STATES = [
  'draft',
  'scheduled',
  'active',
  'paused',
  'completed',
  'cancelled',
  'failed',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

export const CAMPAIGN_MOVES: Moves<CampaignState> = {
  draft: ['scheduled', 'active', 'cancelled'],
  scheduled: ['draft', 'active', 'cancelled', 'failed'],
  active: ['paused', 'completed', 'cancelled', 'failed'],
  paused: ['active', 'completed', 'cancelled', 'failed'],
  // A recipient that is retried by hand makes its campaign active again.
  completed: ['active'],
  cancelled: [],
  failed: [],
};

/** The states each command may start from. The table above is wider: to resume after a pause is not an activation. */
export const CAMPAIGN_COMMANDS = {
  edit: ['draft', 'scheduled', 'active', 'paused'],
  activate: ['draft', 'scheduled'],
  pause: ['active'],
  resume: ['paused'],
  cancel: ['draft', 'scheduled', 'active', 'paused'],
  retry: ['active', 'paused', 'completed'],
  test: ['draft', 'scheduled', 'active', 'paused'],
  forecast: ['draft', 'scheduled', 'active', 'paused'],
  unschedule: ['scheduled'],
  archive: ['draft', 'completed', 'cancelled', 'failed'],
  delete: ['draft'],
} as const satisfies Record<string, readonly CampaignState[]>;
export type CampaignCommand = keyof typeof CAMPAIGN_COMMANDS;

const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export function assertCommand(command: CampaignCommand, state: CampaignState): void {
  const from: readonly CampaignState[] = CAMPAIGN_COMMANDS[command];
  if (from.includes(state)) return;
  throw new DomainError(
    'conflict',
    'wrong_campaign_state',
    `This campaign is ${state}: to ${command} it, it must be ${EITHER.format(from)}.`,
  );
}

/** The states in which recipients may still be added or removed. */
export function takesRecipients(state: CampaignState): boolean {
  return state === 'draft' || state === 'scheduled' || state === 'active' || state === 'paused';
}

/** The states in which every pending recipient has a day. */
export function isPlanned(state: CampaignState): boolean {
  return state === 'active' || state === 'scheduled';
}

/** The states in which a campaign has started and is not over: only its pace and its labels may still change. */
export function isUnderWay(state: CampaignState): boolean {
  return state === 'active' || state === 'paused';
}

/** The states in which nothing more is sent although recipients may be left. */
export function isOver(state: CampaignState): boolean {
  return state === 'cancelled' || state === 'failed';
}

/** What the WhatsApp API calls a running campaign. */
const SENDING = 'sending';
export type CampaignStatusWord = Exclude<CampaignState, 'active'> | typeof SENDING;
export const CAMPAIGN_STATUS_WORDS = CAMPAIGN_STATES.map(toStatusWord);

export function toStatusWord(state: CampaignState): CampaignStatusWord {
  return state === 'active' ? SENDING : state;
}

/** Reads `?status=`, which accepts both words for a running campaign. */
export function parseCampaignStatus(word: string): CampaignState {
  const state = CAMPAIGN_STATES.find((known) => known === word || toStatusWord(known) === word);
  if (state !== undefined) return state;
  throw new DomainError(
    'invalid',
    'bad_status',
    `"${word}" is not a campaign status: use ${CAMPAIGN_STATES.join(', ')} or ${SENDING}.`,
  );
}
