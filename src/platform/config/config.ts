import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { CronExpressionParser } from 'cron-parser';

export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the process takes from its environment, read and judged once at the start. */
export interface Config {
  port: number;
  host: string;
  /** Unset: the supervisor starts the embedded PostgreSQL and fills it in for the processes below it. */
  databaseUrl: string | undefined;
  /** Set: BullMQ runs on Redis. Unset: on PostgreSQL. */
  redisUrl: string | undefined;
  dataDir: string;
  role: Role;
  adminApiKey: string | undefined;
  encryptionKey: Buffer | undefined;
  whatsapp: {
    apiUrl: string;
    apiVersion: string;
    accessToken: string | undefined;
    phoneNumberId: string | undefined;
    businessAccountId: string | undefined;
    appSecret: string | undefined;
    verifyToken: string | undefined;
    metaBusinessId: string | undefined;
  };
  timeZone: string;
  dailyRunAt: string;
  sendWindow: { start: string; end: string } | null;
  usMarketing: 'skip' | 'allow';
  /** Where the movable clock starts; undefined: real time. */
  clock: Date | undefined;
  logLevel: LogLevel;
}

/** One line a bad variable, each starting with its name: what the process prints before it exits. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

const GRAPH_URL = 'https://graph.facebook.com';
const GRAPH_VERSION = 'v26.0';

type Environment = Readonly<Record<string, string | undefined>>;
/** Returns the value, or throws a TypeError whose message completes "NAME: ...". */
type Parse<T> = (text: string) => T;

export function loadConfig(env: Environment): Config {
  const problems: string[] = [];

  function optional<T>(name: string, parse: Parse<T>): T | undefined {
    const text = env[name]?.trim();
    // An empty variable is what `docker compose` passes for one that is not set.
    if (text === undefined || text === '') return undefined;
    try {
      return parse(text);
    } catch (error) {
      problems.push(`${name}: ${error instanceof TypeError ? error.message : 'is not readable'}`);
      return undefined;
    }
  }

  const config: Config = {
    port: optional('PORT', port) ?? 3000,
    host: optional('HOST', host) ?? '127.0.0.1',
    databaseUrl: optional('DATABASE_URL', url(['postgres:', 'postgresql:'])),
    redisUrl: optional('REDIS_URL', url(['redis:', 'rediss:'])),
    dataDir: resolve(optional('DATA_DIR', (text) => text) ?? '.data'),
    role: optional('ROLE', oneOf(ROLES)) ?? 'all',
    adminApiKey: optional('ADMIN_API_KEY', secret(16)),
    encryptionKey: optional('ENCRYPTION_KEY', encryptionKey),
    whatsapp: {
      apiUrl: optional('WHATSAPP_API_URL', url(['http:', 'https:'])) ?? GRAPH_URL,
      apiVersion: optional('WHATSAPP_API_VERSION', graphVersion) ?? GRAPH_VERSION,
      accessToken: optional('WHATSAPP_ACCESS_TOKEN', secret(1)),
      phoneNumberId: optional('WHATSAPP_PHONE_NUMBER_ID', metaId),
      businessAccountId: optional('WHATSAPP_BUSINESS_ACCOUNT_ID', metaId),
      appSecret: optional('WHATSAPP_APP_SECRET', secret(1)),
      verifyToken: optional('WHATSAPP_VERIFY_TOKEN', secret(1)),
      metaBusinessId: optional('META_BUSINESS_ID', metaId),
    },
    timeZone: optional('TIME_ZONE', timeZone) ?? 'UTC',
    dailyRunAt: optional('DAILY_RUN_AT', cron) ?? '0 9 * * *',
    sendWindow: defined(optional('SEND_WINDOW', sendWindow), { start: '09:00', end: '21:00' }),
    usMarketing: optional('US_MARKETING', oneOf(['skip', 'allow'] as const)) ?? 'skip',
    clock: optional('CLOCK', instant),
    logLevel: optional('LOG_LEVEL', oneOf(LOG_LEVELS)) ?? 'info',
  };

  const { accessToken, phoneNumberId, apiUrl } = config.whatsapp;
  if (
    accessToken !== undefined &&
    phoneNumberId === undefined &&
    !problems.some(named('WHATSAPP_PHONE_NUMBER_ID'))
  ) {
    problems.push('WHATSAPP_PHONE_NUMBER_ID: is needed when WHATSAPP_ACCESS_TOKEN is set');
  }
  if (
    config.clock !== undefined &&
    !simulated(accessToken, env, apiUrl) &&
    !problems.some(named('WHATSAPP_API_URL'))
  ) {
    // A moved clock against the real Meta would write to real people at the wrong time.
    problems.push('CLOCK: works only with the simulator or a loopback WHATSAPP_API_URL');
  }

  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function simulated(accessToken: string | undefined, env: Environment, apiUrl: string): boolean {
  const nothingReal = accessToken === undefined && (env['WHATSAPP_API_URL'] ?? '') === '';
  return nothingReal || isLoopback(new URL(apiUrl).hostname);
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const named = (variable: string) => (problem: string) => problem.startsWith(`${variable}:`);

/** `null` is a value here (no window at all); only undefined takes the default. */
function defined<T>(value: T | undefined, fallback: T): T {
  return value === undefined ? fallback : value;
}

function refuse(message: string): never {
  throw new TypeError(message);
}

const port: Parse<number> = (text) => {
  const value = Number(text);
  return /^\d+$/.test(text) && value <= 65535
    ? value
    : refuse(`must be a port between 0 and 65535, is "${text}"`);
};

const host: Parse<string> = (text) =>
  isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
    ? text
    : refuse(`must be an IP address or a host name, is "${text}"`);

/** The text is not repeated in the message: connection strings carry passwords. */
function url(protocols: readonly string[]): Parse<string> {
  const expected = protocols.map((protocol) => `${protocol}//`).join(' or ');
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : refuse(`must be a URL starting with ${expected}`);
    if (!protocols.includes(parsed.protocol)) refuse(`must be a URL starting with ${expected}`);
    if (parsed.hostname === '' && !parsed.searchParams.has('host')) refuse('names no host');
    return text.replace(/\/+$/, '');
  };
}

function oneOf<const T extends string>(values: readonly T[]): Parse<T> {
  return (text) =>
    values.find((value) => value === text.toLowerCase()) ??
    refuse(`must be one of ${values.join(', ')}, is "${text}"`);
}

/** Secrets end up in HTTP headers: anything but visible ASCII would be sent wrongly or not at all. */
function secret(minimum: number): Parse<string> {
  return (text) => {
    if (!/^[\x21-\x7e]+$/.test(text)) refuse('must hold only visible ASCII characters and no spaces');
    return text.length >= minimum ? text : refuse(`must have at least ${minimum} characters`);
  };
}

const encryptionKey: Parse<Buffer> = (text) => {
  const key = /^[A-Za-z0-9+/_-]+=*$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  return key.length === 32
    ? key
    : refuse('must be 32 bytes in base64 (for example from: openssl rand -base64 32)');
};

const graphVersion: Parse<string> = (text) =>
  /^v?\d+\.\d+$/.test(text)
    ? `v${text.replace(/^v/, '')}`
    : refuse(`must look like ${GRAPH_VERSION}, is "${text}"`);

const metaId: Parse<string> = (text) =>
  /^[A-Za-z0-9_.-]{1,64}$/.test(text) ? text : refuse(`must be an id from Meta (digits), is "${text}"`);

const timeZone: Parse<string> = (text) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    return refuse(`must be an IANA time zone such as Europe/Berlin, is "${text}"`);
  }
};

const cron: Parse<string> = (text) => {
  if (text.split(/\s+/).length !== 5) refuse(`must have five fields such as "0 9 * * *", is "${text}"`);
  try {
    CronExpressionParser.parse(text);
    return text;
  } catch {
    return refuse(`must be a cron expression such as "0 9 * * *", is "${text}"`);
  }
};

const sendWindow: Parse<{ start: string; end: string } | null> = (text) => {
  if (text.toLowerCase() === 'off') return null;
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) return refuse(`must look like 09:00-21:00, or be off, is "${text}"`);
  const [start, end] = text.split('-') as [string, string];
  return start === end
    ? refuse('must not start and end at the same time; use off for no window')
    : { start, end };
};

const instant: Parse<Date> = (text) => {
  const iso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const value = new Date(
    iso && text.includes('T') && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text,
  );
  return iso && !Number.isNaN(value.getTime())
    ? value
    : refuse(`must be an ISO 8601 instant such as 2025-01-15T08:00:00Z, is "${text}"`);
};
