import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  recipients: number;
  /** `kill -9` of a random process of the product. */
  kills: number;
  /** Immediate stops of PostgreSQL, each followed by a start. */
  postgresRestarts: number;
  /** How often the queue forgets all its jobs. */
  queueLosses: number;
  workers: number;
  apis: number;
  /** Messages a second of the one sender. */
  perSecond: number;
  /** The queue runs on Redis instead of PostgreSQL. */
  redis: boolean;
  /** The same seed makes the same choices: who dies when, and what the simulator does to whom. */
  seed: number;
  /** The whole run ends, and is judged as it is, after so many minutes. */
  minutes: number;
  /** A condition that nothing comes nearer to for so long is given up. */
  stallSeconds: number;
  /** false: the database lives for moments and need not survive a power cut, only crashes. */
  durable: boolean;
  /** Where the logs of all processes go, to be kept; undefined: they are removed with everything else. */
  logs: string | undefined;
}

export const USAGE = `npm run chaos -- [options]
  --recipients N          how many people in all campaigns (10000)
  --kills N               kill -9 of random workers and APIs (30)
  --postgres-restarts N   immediate stops of PostgreSQL (2)
  --workers N, --apis N   processes (3 and 2)
  --per-second N          messages a second of the number (150)
  --redis                 the queue runs on Redis and loses everything twice
  --seed N                repeat the choices of an earlier run
  --minutes N             give up after (15)
  --logs FOLDER           keep the logs of all processes there`;

/** Throws with a line that says what is wrong. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipients: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '30' },
      'postgres-restarts': { type: 'string', default: '2' },
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
