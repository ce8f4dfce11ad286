import { DomainError } from '../../rules/errors/domain-error.js';
import type { Moves } from '../../rules/state-machine.js';

export const SERIES_STATES = ['draft', 'active', 'paused', 'ended'] as const;
export type SeriesState = (typeof SERIES_STATES)[number];

export const SERIES_MOVES: Moves<SeriesState> = {
  draft: ['active'],
  active: ['paused', 'ended'],
  paused: ['active', 'ended'],
  ended: [],
};

export const OCCURRENCE_STATES = ['waiting', 'created', 'queued', 'skipped', 'missed', 'failed'] as const;
export type OccurrenceState = (typeof OCCURRENCE_STATES)[number];

export const OCCURRENCE_MOVES: Moves<OccurrenceState> = {
  // A date that lies ahead; it has no row yet.
  waiting: ['created', 'queued', 'skipped', 'missed', 'failed'],
  queued: ['created', 'skipped', 'failed'],
  // Its campaign is there, and its hour decides: nobody may match then, or the message may no longer be sendable.
  created: ['skipped', 'missed', 'failed'],
  skipped: [],
  missed: [],
  failed: [],
};

export const OVERLAPS = ['skip', 'queue', 'parallel', 'replace'] as const;
export type Overlap = (typeof OVERLAPS)[number];

export const MISSED_POLICIES = ['skip', 'last', 'each'] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

/** The states each command may start from. */
const COMMANDS = {
  change: ['draft', 'active', 'paused'],
  activate: ['draft'],
  pause: ['active'],
  resume: ['paused'],
  end: ['active', 'paused'],
  'run now': ['active'],
  delete: ['draft'],
} as const satisfies Record<string, readonly SeriesState[]>;
export type SeriesCommand = keyof typeof COMMANDS;

const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export function assertSeriesCommand(command: SeriesCommand, state: SeriesState): void {
  const from: readonly SeriesState[] = COMMANDS[command];
  if (from.includes(state)) return;
  if (state === 'ended') {
    throw new DomainError('conflict', 'series_ended', 'This series has ended: make a new one to go on.');
  }
  const detail = `This series is ${state}: to ${command} it, it must be ${EITHER.format(from)}.`;
  throw new DomainError('conflict', 'wrong_series_state', detail);
}
