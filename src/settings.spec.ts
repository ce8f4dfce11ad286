import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './platform/config/environment.js';
import { loadSettings, type Settings } from './settings.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadSettings(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const S3 = {
  MEDIA_STORAGE: 's3',
  S3_ENDPOINT: 'https://s3.eu-central-1.amazonaws.com',
  S3_REGION: 'eu-central-1',
  S3_BUCKET: 'shop-images',
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_ACCESS_KEY: 'secret',
  S3_PUBLIC_URL: 'https://cdn.example/',
};
const BUCKET = {
  endpoint: 'https://s3.eu-central-1.amazonaws.com',
  region: 'eu-central-1',
  bucket: 'shop-images',
  accessKeyId: 'id',
  secretAccessKey: 'secret',
  publicUrl: 'https://cdn.example',
};
const KEY = Buffer.alloc(32, 7).toString('base64');

describe('an environment that is right', () => {
  it('needs nothing at all', () => {
    const { config, calendar, whatsapp } = loadSettings({});
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      redisUrl: undefined,
      role: 'all',
      clock: undefined,
      logLevel: 'info',
    });
    expect(calendar).toEqual({
      timeZone: 'UTC',
      dailyRunAt: '0 9 * * *',
      sendWindow: { start: '09:00', end: '21:00' },
    });
    expect(whatsapp).toMatchObject({
      apiUrl: 'https://graph.facebook.com',
      accessToken: undefined,
      usMarketing: 'skip',
    });
  });

  it.each<[Record<string, string>, Partial<{ [Part in keyof Settings]: Partial<Settings[Part]> }>]>([
    [{ PORT: '0' }, { config: { port: 0 } }],
    [{ PORT: ' 8080 ' }, { config: { port: 8080 } }],
    [{ PORT: '' }, { config: { port: 3000 } }],
    [{ HOST: '::1' }, { config: { host: '::1' } }],
    [{ ROLE: 'worker' }, { config: { role: 'worker' } }],
    [{ SEND_WINDOW: '00:00-24:00' }, { calendar: { sendWindow: null } }],
    [{ SEND_WINDOW: 'off' }, { calendar: { sendWindow: null } }],
    [{ SEND_WINDOW: '21:00-06:00' }, { calendar: { sendWindow: { start: '21:00', end: '06:00' } } }],
    [{ TIME_ZONE: 'Asia/Kolkata' }, { calendar: { timeZone: 'Asia/Kolkata' } }],
    [{ DATABASE_URL: 'postgres://a:b@db:5432/x' }, { config: { databaseUrl: 'postgres://a:b@db:5432/x' } }],
    [{ CLOCK: '2025-01-15T08:00:00Z' }, { config: { clock: new Date('2025-01-15T08:00:00Z') } }],
    [{ CLOCK: '2025-01-15T08:00' }, { config: { clock: new Date('2025-01-15T08:00:00Z') } }],
    [{ CLOCK: '2025-01-15' }, { config: { clock: new Date('2025-01-15T00:00:00Z') } }],
    [{ ADMIN_API_KEY: 'x'.repeat(32) }, { config: { adminApiKey: 'x'.repeat(32) } }],
    [
      { TRUST_PROXY: '127.0.0.1, 172.16.0.0/12,fd00::/8' },
      { config: { trustedProxies: ['127.0.0.1', '172.16.0.0/12', 'fd00::/8'] } },
    ],
    [{ PORT: '8080' }, { config: { publicUrl: 'http://127.0.0.1:8080' } }],
    [{ HOST: '0.0.0.0' }, { config: { publicUrl: 'http://localhost:3000' } }],
    [{ HOST: '::1' }, { config: { publicUrl: 'http://[::1]:3000' } }],
    [{ PUBLIC_URL: 'https://shop.example/' }, { config: { publicUrl: 'https://shop.example' } }],
    [{ DATA_DIR: '/data' }, { storage: { directory: '/data/media', bucket: undefined } }],
    [{ S3_BUCKET: 'left-over' }, { storage: { bucket: undefined } }],
    [{ ...S3, S3_PATH_STYLE: 'true' }, { storage: { bucket: { ...BUCKET, isPathStyle: true } } }],
    [S3, { storage: { bucket: { ...BUCKET, isPathStyle: false } } }],
    [{ ENCRYPTION_KEY: KEY }, { config: { encryptionKey: Buffer.alloc(32, 7) } }],
  ])('reads %j', (env, expected) => {
    expect(loadSettings(env)).toMatchObject(expected);
  });

  it('lets the clock be moved against a Meta that runs on this machine', () => {
    const env = {
      CLOCK: '2025-01-15T08:00:00Z',
      WHATSAPP_API_URL: 'http://127.0.0.1:4000',
      WHATSAPP_ACCESS_TOKEN: 'token',
      WHATSAPP_PHONE_NUMBER_ID: '123456789012345',
    };
    expect(loadSettings(env).config.clock).toEqual(new Date('2025-01-15T08:00:00Z'));
    expect(loadSettings({ ...env, CLOCK: 'kept' }).config.clock).toBe('kept');
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
    [{ ADMIN_API_KEY: 'x'.repeat(31) }, 'ADMIN_API_KEY: must have at least 32'],
    [{ WHATSAPP_VERIFY_TOKEN: 'x'.repeat(15) }, 'WHATSAPP_VERIFY_TOKEN: must have at least 16'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY: must be IP addresses or networks'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY: must be IP addresses or networks'],
    [{ TRUST_PROXY: '0.0.0.0/0' }, 'TRUST_PROXY: must be IP addresses or networks'],
    [{ CLOCK: '2100-01-01T00:00:01Z' }, 'CLOCK: must be before 2100-01-01'],
    [{ ENCRYPTION_KEY_PREVIOUS: 'c2hvcnQ=' }, 'ENCRYPTION_KEY_PREVIOUS: must be 32 bytes'],
    [{ ADMIN_API_KEY: 'with a space in the middle' }, 'ADMIN_API_KEY: must hold only'],
    [{ ENCRYPTION_KEY: 'c2hvcnQ=' }, 'ENCRYPTION_KEY: must be 32 bytes'],
    [{ ENCRYPTION_KEY: '!!!' }, 'ENCRYPTION_KEY: must be 32 bytes'],
    [{ WHATSAPP_API_URL: 'graph.facebook.com' }, 'WHATSAPP_API_URL: must be a URL'],
    [{ WHATSAPP_API_VERSION: 'latest' }, 'WHATSAPP_API_VERSION: must look like'],
    [{ WHATSAPP_PHONE_NUMBER_ID: '../1' }, 'WHATSAPP_PHONE_NUMBER_ID: must be an id'],
    [{ WHATSAPP_PHONE_NUMBER_ID: '..' }, 'WHATSAPP_PHONE_NUMBER_ID: must be an id'],
    [{ WHATSAPP_BUSINESS_ACCOUNT_ID: '.' }, 'WHATSAPP_BUSINESS_ACCOUNT_ID: must be an id'],
    [{ WHATSAPP_ACCESS_TOKEN: 'token' }, 'WHATSAPP_PHONE_NUMBER_ID: is needed when'],
    [{ TIME_ZONE: 'Mars/Olympus' }, 'TIME_ZONE: "Mars/Olympus" is not a time zone: an IANA name is expected'],
    [{ DAILY_RUN_AT: 'every day' }, 'DAILY_RUN_AT: "every day" is not a cron expression'],
    [{ DAILY_RUN_AT: '61 9 * * *' }, 'DAILY_RUN_AT: "61 9 * * *" is not a cron expression'],
    [{ DAILY_RUN_AT: 'H 9 * * *' }, 'DAILY_RUN_AT: "H 9 * * *" is not a cron expression'],
    [{ SEND_WINDOW: '9-21' }, 'SEND_WINDOW: "9-21" is not a send window'],
    [{ SEND_WINDOW: '09:00-24:30' }, 'SEND_WINDOW: "09:00-24:30" is not a send window'],
    [{ SEND_WINDOW: '09:00-09:00' }, 'SEND_WINDOW: The send window 09:00-09:00 has no length'],
    [{ US_MARKETING: 'maybe' }, 'US_MARKETING: must be one of'],
    [{ CLOCK: 'yesterday' }, 'CLOCK: must be an ISO 8601 instant'],
    [{ CLOCK: '2025-02-30T99:00:00Z' }, 'CLOCK: must be an ISO 8601 instant'],
    [{ PUBLIC_URL: 'shop.example' }, 'PUBLIC_URL: must be a URL'],
    [{ MEDIA_STORAGE: 'tape' }, 'MEDIA_STORAGE: must be one of'],
    [{ ...S3, S3_BUCKET: '' }, 'S3_BUCKET: is needed when MEDIA_STORAGE is s3'],
    [{ ...S3, S3_BUCKET: '../x' }, 'S3_BUCKET: must be the name of a bucket'],
    [{ ...S3, S3_PATH_STYLE: 'perhaps' }, 'S3_PATH_STYLE: must be one of'],
    [{ OUTBOUND_ALLOW: 'localhost' }, 'OUTBOUND_ALLOW: must list addresses or networks'],
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
