import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Which benchmarks to run, in their own order; empty: all. */
  names: string[];
  /** The size in recipients, messages or events; undefined: the size the goal names. */
  rows: number | undefined;
  rounds: number;
  /** How long the simulated Meta takes to answer a send: each time a value between the two. */
  latencyMs: { min: number; max: number };
  connections: number;
  /** Writes CPU profiles of the product's processes and the cost of each statement, besides the figures. */
  profile: boolean;
  /** For the Node of the product's processes, instead of the flags that `npm start` sets. */
  nodeFlags: string[] | undefined;
  help: boolean;
}

export const USAGE = `npm run bench [-- name ... --rows=20000]

  --rows=N          recipients, messages or events; by default the size the goals name
  --rounds=N        repeat import and activate on empty tables (1)
  --latency=A-B     milliseconds the simulated Meta takes to answer a send (0-50)
  --connections=N   of the webhook client (64)
  --node-flags="..."  for the product's processes, instead of those of npm start
  --profile         CPU profiles and statement costs into .data/profiles (send, webhook)`;

/** Throws with a message for the user who typed it. */
export function parseArguments(argv: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      rounds: { type: 'string', default: '1' },
      latency: { type: 'string', default: '0-50' },
      connections: { type: 'string', default: '64' },
      profile: { type: 'boolean', default: false },
      'node-flags': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`unknown benchmark "${unknown}": use one of ${known.join(', ')}`);
  return {
    names: known.filter((name) => positionals.includes(name)),
    rows: values.rows === undefined ? undefined : count('rows', values.rows),
    rounds: count('rounds', values.rounds),
    latencyMs: range(values.latency),
    connections: count('connections', values.connections),
    profile: values.profile,
    nodeFlags: values['node-flags']?.split(' ').filter((flag) => flag !== ''),
    help: values.help,
  };
}

function count(name: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`--${name} must be a whole number from 1`);
  return value;
}

function range(text: string): { min: number; max: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const min = Number(match?.[1]);
  const max = Number(match?.[2] ?? match?.[1]);
  if (match === null || max < min) throw new TypeError('--latency must look like 20 or 0-50');
  return { min, max };
}
