import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChaosOptions } from '../options.ts';

export interface CatalogChaosOptions extends ChaosOptions {
  products: number;
}

export const CATALOG_USAGE = `npm run chaos -- catalog [options]
  --products N            products of the catalog (20000)
  --kills N               kill -9 of all workers, or of one API, in turn (16)
  --postgres-restarts N   immediate stops of PostgreSQL (2)
  --workers N, --apis N   processes (2 and 2)
  --seed N                repeat the choices of an earlier run
  --minutes N             give up after this many minutes (15)
  --logs FOLDER           keep the logs of all processes there`;

/** Throws with one line that says what is wrong. */
export function readCatalogOptions(args: readonly string[]): CatalogChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      products: { type: 'string', default: '20000' },
      kills: { type: 'string', default: '16' },
      'postgres-restarts': { type: 'string', default: '2' },
      workers: { type: 'string', default: '2' },
      apis: { type: 'string', default: '2' },
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
    products: whole('products', 100, 200_000),
    recipients: 0,
    kills: whole('kills', 0, 1_000),
    postgresRestarts: whole('postgres-restarts', 0, 100),
    queueLosses: 0,
    failovers: 0,
    workers: whole('workers', 1, 20),
    apis: whole('apis', 1, 20),
    perSecond: 1,
    redis: false,
    seed: whole('seed', 0, 2 ** 31 - 1),
    minutes: whole('minutes', 1, 600),
    stallSeconds: 120,
    durable: true,
    logs: values.logs === undefined ? undefined : resolve(values.logs),
  };
}
