import type { Random } from './random.ts';

export type Disaster = 'kill' | 'restart PostgreSQL' | 'lose the queue' | 'pause a campaign';

export interface Planned {
  disaster: Disaster;
  /** The share of all messages that the simulator has accepted when it strikes. */
  at: number;
}

export interface Tally {
  kills: number;
  postgresRestarts: number;
  queueLosses: number;
}

const FIRST = 0.03;
const LAST = 0.93;
/** While the campaign that goes first is surely under way. */
const PAUSE_AT = 0.2;

/**
 * What happens when: each kind spread over the whole time of sending, and within its part wherever chance has it.
 * Measured in messages, not in seconds, so that everything happens in mid-campaign on any machine.
 */
export function planDisasters(wanted: Tally, random: Random): Planned[] {
  const spread = (disaster: Disaster, times: number): Planned[] =>
    Array.from({ length: times }, (_, time) => ({
      disaster,
      at: FIRST + ((time + random.roll()) / times) * (LAST - FIRST),
    }));
  return [
    ...spread('kill', wanted.kills),
    ...spread('restart PostgreSQL', wanted.postgresRestarts),
    ...spread('lose the queue', wanted.queueLosses),
    { disaster: 'pause a campaign' as const, at: PAUSE_AT },
  ].sort((one, other) => one.at - other.at);
}
