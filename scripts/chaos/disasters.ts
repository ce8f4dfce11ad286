import type { Random } from './random.ts';

export type Disaster = 'kill' | 'restart PostgreSQL' | 'fail over' | 'lose the queue' | 'pause a campaign';

interface Planned {
  disaster: Disaster;
  /** It strikes when the simulator has accepted this share of all messages. */
  at: number;
}

interface Tally {
  kills: number;
  postgresRestarts: number;
  failovers: number;
  queueLosses: number;
}

const FIRST = 0.03;
const LAST = 0.93;
/** While the campaign with the higher priority is certainly running. */
const PAUSE_AT = 0.2;

/**
 * Schedules the disasters: each kind spread over the whole time of sending, at a random point within its part.
 * Measured in messages, not in seconds, so that everything happens mid-campaign on any machine.
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
    ...spread('fail over', wanted.failovers),
    ...spread('lose the queue', wanted.queueLosses),
    { disaster: 'pause a campaign' as const, at: PAUSE_AT },
  ].sort((one, other) => one.at - other.at);
}
