import { resolve } from 'node:path';
import { CLOCK_END } from './clock-end.js';
import {
  encryptionKey,
  type Environment,
  host,
  instant,
  networks,
  oneOf,
  type Parse,
  port,
  refuse,
  secret,
  url,
} from './environment.js';

export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings of the process itself. Features bring the settings of their own. */
export abstract class Config {
  abstract readonly port: number;
  abstract readonly host: string;
  /** Unset: the supervisor starts the embedded PostgreSQL and fills it in for the processes below it. */
  abstract readonly databaseUrl: string | undefined;
  /** Set: BullMQ runs on Redis. Unset: on PostgreSQL. */
  abstract readonly redisUrl: string | undefined;
  abstract readonly dataDir: string;
  abstract readonly role: Role;
  /** Proxies whose X-Forwarded-For names the caller: addresses and networks. Undefined: none. */
  abstract readonly trustedProxies: string[] | undefined;
  abstract readonly adminApiKey: string | undefined;
  abstract readonly encryptionKey: Buffer | undefined;
  /** While the key is being changed: opens what it has sealed. */
  abstract readonly previousEncryptionKey: Buffer | undefined;
  /** Where the movable clock starts; undefined: real time, and nobody moves it. */
  abstract readonly clock: Date | 'kept' | undefined;
  abstract readonly logLevel: LogLevel;
  /** How the world reaches us, without a slash at the end: in the addresses of images and callbacks. */
  abstract readonly publicUrl: string;
}

const movableInstant: Parse<Date | 'kept'> = (text) => {
  if (text === 'kept') return text;
  const value = instant(text);
  return value <= CLOCK_END ? value : refuse(`must be before ${CLOCK_END.toISOString()}, is "${text}"`);
};

export function readConfig(environment: Environment): Config {
  const ownPort = environment.read('PORT', port) ?? 3000;
  const ownHost = environment.read('HOST', host) ?? '127.0.0.1';
  return {
    port: ownPort,
    host: ownHost,
    databaseUrl: environment.read('DATABASE_URL', url(['postgres:', 'postgresql:'])),
    redisUrl: environment.read('REDIS_URL', url(['redis:', 'rediss:'])),
    dataDir: resolve(environment.read('DATA_DIR', (text) => text) ?? '.data'),
    role: environment.read('ROLE', oneOf(ROLES)) ?? 'all',
    trustedProxies: environment.read('TRUST_PROXY', networks),
    adminApiKey: environment.read('ADMIN_API_KEY', secret(32)),
    encryptionKey: environment.read('ENCRYPTION_KEY', encryptionKey),
    previousEncryptionKey: environment.read('ENCRYPTION_KEY_PREVIOUS', encryptionKey),
    clock: environment.read('CLOCK', movableInstant),
    logLevel: environment.read('LOG_LEVEL', oneOf(LOG_LEVELS)) ?? 'info',
    publicUrl: environment.read('PUBLIC_URL', url(['http:', 'https:'])) ?? ownUrl(ownHost, ownPort),
  };
}

/** An address that means every address of this machine is none that a browser can open. */
const ANY_ADDRESS = ['0.0.0.0', '::'];

function ownUrl(ownHost: string, ownPort: number): string {
  const name = ANY_ADDRESS.includes(ownHost) ? 'localhost' : ownHost;
  return `http://${name.includes(':') ? `[${name}]` : name}:${ownPort}`;
}
