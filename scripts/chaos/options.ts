import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  recipients: number;
  /** `kill -9` of a random process of the product. */
  kills: number;
  /** Immediate stops of PostgreSQL, each followed by a start. */
  postgresRestarts: number;
  /** How often PostgreSQL cuts all sessions and takes no writes for seconds, as an old primary does. */
  failovers: number;
  /** How often the queue loses all its jobs. */
  queueLosses: number;
  workers: number;
  apis: number;
  /** Messages a second of the one sender. */
  perSecond: number;
  /** The queue runs on Redis instead of PostgreSQL. */
  redis: boolean;
  /** The same seed makes the same choices: which process dies when, and what the simulator does to which number. */
  seed: number;
  /** After this many minutes the run ends and is judged as it stands. */
  minutes: number;
  /** A condition without progress for this long is given up. */
  stallSeconds: number;
  /** false: the database lives for moments and must survive crashes, but not a power cut. */
  durable: boolean;
  /** A folder that keeps the logs of all processes. Undefined: they are removed with everything else. */
  logs: string | undefined;
}

export const USAGE = `npm run chaos -- [options], or npm run chaos -- catalog [options]
  --recipients N          recipients in all campaigns (10000)
  --kills N               kill -9 of random workers and APIs (30)
  --postgres-restarts N   immediate stops of PostgreSQL (2)
  --failovers N           times of five seconds in which PostgreSQL only reads (2)
  --workers N, --apis N   processes (3 and 2)
  --per-second N          messages a second of the number (150)
  --redis                 run the queue on Redis and lose everything in it twice
  --seed N                repeat the choices of an earlier run
  --minutes N             give up after this many minutes (15)
  --logs FOLDER           keep the logs of all processes there`;

/** Throws with one line that says what is wrong. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipients: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '30' },
      'postgres-restarts': { type: 'string', default: '2' },
      failovers: { type: 'string', default: '2' },
      workers: { type: 'string', default: '3' },
      apis: { type: 'string', default: '2' },
      'per-second': { type: 'string', default: '150' },
      redis: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      minutes: { type: 'string', default: '15' },
      logs: { type: 'string' },
    },
  });
  const whole = (name: keyof typeof values, min: number, max: number): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Error(`--${name} must be a whole number from ${min} to ${max}`);
  };
  return {
    recipients: whole('recipients', 100, 90_000),
    kills: whole('kills', 0, 1_000),
    postgresRestarts: whole('postgres-restarts', 0, 100),
    failovers: whole('failovers', 0, 100),
    queueLosses: values.redis ? 2 : 1,
    workers: whole('workers', 1, 20),
    apis: whole('apis', 1, 20),
    perSecond: whole('per-second', 1, 1_000),
    redis: values.redis,
    seed: whole('seed', 0, 2 ** 31 - 1),
    minutes: whole('minutes', 1, 600),
    stallSeconds: 90,
    durable: true,
    logs: values.logs,
  };
}
