import { describe, expect, it } from '@jest/globals';
import { type Config, ConfigError, loadConfig } from './platform/config/config.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('an environment that is right', () => {
  it('needs nothing at all', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      redisUrl: undefined,
      role: 'all',
      timeZone: 'UTC',
      dailyRunAt: '0 9 * * *',
      sendWindow: { start: '09:00', end: '21:00' },
      usMarketing: 'skip',
      clock: undefined,
      logLevel: 'info',
    });
    expect(config.whatsapp).toMatchObject({ apiUrl: 'https://graph.facebook.com', accessToken: undefined });
  });

  it.each<[Record<string, string>, Partial<Config>]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: ' 8080 ' }, { port: 8080 }],
    [{ PORT: '' }, { port: 3000 }],
    [{ HOST: '::1' }, { host: '::1' }],
    [{ ROLE: 'worker' }, { role: 'worker' }],
    [{ SEND_WINDOW: 'off' }, { sendWindow: null }],
    [{ SEND_WINDOW: '21:00-06:00' }, { sendWindow: { start: '21:00', end: '06:00' } }],
    [{ TIME_ZONE: 'Asia/Kolkata' }, { timeZone: 'Asia/Kolkata' }],
    [{ DATABASE_URL: 'postgres://a:b@db:5432/x' }, { databaseUrl: 'postgres://a:b@db:5432/x' }],
    [{ CLOCK: '2025-01-15T08:00:00Z' }, { clock: new Date('2025-01-15T08:00:00Z') }],
    [{ CLOCK: '2025-01-15T08:00' }, { clock: new Date('2025-01-15T08:00:00Z') }],
    [{ CLOCK: '2025-01-15' }, { clock: new Date('2025-01-15T00:00:00Z') }],
    [{ ENCRYPTION_KEY: KEY }, { encryptionKey: Buffer.alloc(32, 7) }],
  ])('reads %j', (env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected);
  });

  it('lets the clock be moved against a Meta that runs on this machine', () => {
    const env = {
      CLOCK: '2025-01-15T08:00:00Z',
      WHATSAPP_API_URL: 'http://127.0.0.1:4000',
      WHATSAPP_ACCESS_TOKEN: 'token',
      WHATSAPP_PHONE_NUMBER_ID: '123456789012345',
    };
    expect(loadConfig(env).clock).toEqual(new Date('2025-01-15T08:00:00Z'));
  });
});

describe('an environment that is wrong', () => {
  it.each<[Record<string, string>, string]>([
    [{ PORT: 'http' }, 'PORT: must be a port'],
    [{ PORT: '70000' }, 'PORT: must be a port'],
    [{ PORT: '-1' }, 'PORT: must be a port'],
    [{ HOST: 'not a host' }, 'HOST: must be an IP address'],
    [{ DATABASE_URL: 'mysql://root@db/x' }, 'DATABASE_URL: must be a URL starting with postgres://'],
    [{ DATABASE_URL: 'db' }, 'DATABASE_URL: must be a URL'],
    [{ REDIS_URL: 'http://cache:6379' }, 'REDIS_URL: must be a URL starting with redis://'],
    [{ ROLE: 'boss' }, 'ROLE: must be one of all, api, worker'],
    [{ ADMIN_API_KEY: 'short' }, 'ADMIN_API_KEY: must have at least 16'],
    [{ ADMIN_API_KEY: 'with a space in the middle' }, 'ADMIN_API_KEY: must hold only'],
    [{ ENCRYPTION_KEY: 'c2hvcnQ=' }, 'ENCRYPTION_KEY: must be 32 bytes'],
    [{ ENCRYPTION_KEY: '!!!' }, 'ENCRYPTION_KEY: must be 32 bytes'],
    [{ WHATSAPP_API_URL: 'graph.facebook.com' }, 'WHATSAPP_API_URL: must be a URL'],
    [{ WHATSAPP_API_VERSION: 'latest' }, 'WHATSAPP_API_VERSION: must look like'],
    [{ WHATSAPP_PHONE_NUMBER_ID: '../1' }, 'WHATSAPP_PHONE_NUMBER_ID: must be an id'],
    [{ WHATSAPP_ACCESS_TOKEN: 'token' }, 'WHATSAPP_PHONE_NUMBER_ID: is needed when'],
    [{ TIME_ZONE: 'Mars/Olympus' }, 'TIME_ZONE: must be an IANA time zone'],
    [{ DAILY_RUN_AT: 'every day' }, 'DAILY_RUN_AT: must have five fields'],
    [{ DAILY_RUN_AT: '61 9 * * *' }, 'DAILY_RUN_AT: must be a cron expression'],
    [{ SEND_WINDOW: '9-21' }, 'SEND_WINDOW: must look like'],
    [{ SEND_WINDOW: '09:00-24:30' }, 'SEND_WINDOW: must look like'],
    [{ SEND_WINDOW: '09:00-09:00' }, 'SEND_WINDOW: must not start and end'],
    [{ US_MARKETING: 'maybe' }, 'US_MARKETING: must be one of'],
    [{ CLOCK: 'yesterday' }, 'CLOCK: must be an ISO 8601 instant'],
    [{ CLOCK: '2025-02-30T99:00:00Z' }, 'CLOCK: must be an ISO 8601 instant'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: must be one of'],
    [
      {
        CLOCK: '2025-01-15T08:00:00Z',
        WHATSAPP_ACCESS_TOKEN: 'real',
        WHATSAPP_PHONE_NUMBER_ID: '123456789012345',
      },
      'CLOCK: works only with the simulator',
    ],
    [{ CLOCK: '2025-01-15T08:00:00Z', WHATSAPP_API_URL: 'https://graph.facebook.com' }, 'CLOCK: works only'],
  ])('says in one line what is wrong with %j', (env, line) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(line);
    expect(problems[0]).not.toContain('\n');
  });

  it('names every bad variable at once', () => {
    expect(problemsOf({ PORT: 'x', ROLE: 'y' })).toHaveLength(2);
  });

  it('never prints a password', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://root:hunter2@db/x' }).join()).not.toContain('hunter2');
  });
});
