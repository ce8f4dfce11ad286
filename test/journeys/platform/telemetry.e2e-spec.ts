import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ADMIN_KEY } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const DIST = join(import.meta.dirname, '../../../dist/src');
const PHONE = '14694652751';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

interface ToldSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links: { traceId: string; spanId: string }[];
  attributes: Record<string, string | number>;
  resource: Record<string, string | number>;
}

/** OpenTelemetry's numbers for the kinds of spans on the wire. */
const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];

let database: TestDatabase;
let scratch: string;
let server: Server;
let collector: string;
/** What came in, one element a request. */
let received: { path: string | undefined; headers: IncomingHttpHeaders; body: string }[];
/** A collector that takes everything and never answers. */
let silent: boolean;
const children: ChildProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  scratch = await mkdtemp(join(tmpdir(), 'drumbeat-telemetry-'));
  received = [];
  silent = false;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ path: request.url, headers: request.headers, body });
      if (!silent) response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  collector = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  server.closeAllConnections();
  server.close();
  await database.drop();
  await rm(scratch, { recursive: true, force: true });
});

/** Everything that was told, as flat as a test wants it. */
function told(): ToldSpan[] {
  const values = (attributes: any[] = []): Record<string, string | number> =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as string]));
  return received.flatMap(({ body }) =>
    JSON.parse(body).resourceSpans.flatMap((group: any) =>
      group.scopeSpans.flatMap((scope: any) =>
        scope.spans.map((span: any) => ({
          ...span,
          links: span.links ?? [],
          attributes: values(span.attributes),
          resource: values(group.resource.attributes),
        })),
      ),
    ),
  );
}

interface Running {
  url: string;
  output: () => string;
  /** SIGTERM; gives the exit code and how long it took. */
  stop: () => Promise<{ code: number | null; ms: number }>;
}

/** The program itself, as the supervisor and the image start it. */
async function start(env: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, [join(DIST, 'main.js')], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      DATA_DIR: join(scratch, 'data'),
      PORT: '0',
      ADMIN_API_KEY: ADMIN_KEY,
      ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
      CLOCK: '2025-01-15T08:00:00Z',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const exit = once(child, 'exit');
  const ready = once(child, 'message').then(([message]) => (message as { url: string }).url);
  const url = await Promise.race([
    ready,
    exit.then(() => {
      throw new Error(`it did not start: ${output}`);
    }),
  ]);
  return {
    url,
    output: () => output,
    stop: async () => {
      const begun = performance.now();
      child.kill('SIGTERM');
      const [code] = (await exit) as [number | null];
      return { code, ms: performance.now() - begun };
    },
  };
}

interface Call {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

const call = async (url: string, path: string, init: Call = {}): Promise<number> => {
  const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json', ...init.headers };
  const answer = await fetch(`${url}${path}`, { ...init, headers });
  await answer.arrayBuffer();
  return answer.status;
};

/** Node writes down at its end which scripts it had loaded; nothing has to be loaded to find that out. */
async function loadedScripts(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  const reports = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return reports.flatMap((report) => JSON.parse(report).result.map(({ url }: { url: string }) => url));
}

/** Nothing is sent before the end, so that everything that arrives was flushed by the stop. */
const tracing = (): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '600000',
});

describe('with a collector', () => {
  it('traces a request and its statements in the trace of the caller, without personal data', async () => {
    const app = await start(tracing());
    const parent = { headers: { traceparent: `00-${TRACE}-${CALLER}-01` } };
    expect(await call(app.url, '/api/whatsapp/senders', parent)).toBe(200);
    expect(await call(app.url, `/api/whatsapp/senders?search=%2B${PHONE}`, parent)).toBe(400);
    expect(await call(app.url, '/health/ready')).toBe(200);
    expect(await call(app.url, '/metrics')).toBe(200);
    expect(received).toEqual([]);
    expect(await app.stop()).toMatchObject({ code: 0 });

    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
    const spans = told();
    const requests = spans.filter(({ kind }) => kind === SERVER);
    expect(requests.map(({ name }) => name)).toEqual(Array(2).fill('GET /api/whatsapp/senders'));
    const [request] = requests;
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
    expect(request?.attributes).toMatchObject({ 'http.route': '/api/whatsapp/senders' });
    expect(request?.resource).toMatchObject({ 'service.name': 'drumbeat', 'drumbeat.role': 'all' });

    const statements = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(statements.length).toBeGreaterThan(1);
    for (const { kind, traceId, attributes } of statements) {
      expect({ kind, traceId }).toEqual({ kind: CLIENT, traceId: TRACE });
      expect(attributes['db.query.text']).toMatch(/^(SELECT|INSERT|UPDATE)/);
    }
    // What the process does for itself, and for the probes, would be statements without anything around them.
    const alone = spans.filter(
      (span) => 'db.query.text' in span.attributes && span.parentSpanId === undefined,
    );
    expect(alone).toEqual([]);
    expect(Object.keys(request?.attributes ?? {}).sort()).toEqual([
      'drumbeat.request_id',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'network.protocol.version',
      'server.address',
      'server.port',
      'url.path',
      'url.scheme',
    ]);
    const everything = received.map(({ body }) => body).join();
    for (const secret of [PHONE, ADMIN_KEY]) {
      expect(everything).not.toContain(secret);
    }
  });

  it('gives each job its own trace, linked to the request', async () => {
    const app = await start({ ...tracing(), OTEL_SERVICE_NAME: 'shop' });
    const parent = { traceparent: `00-${TRACE}-${CALLER}-01` };
    const body = JSON.stringify({ advance: 'PT1H' });
    expect(await call(app.url, '/api/dev/clock', { method: 'POST', body, headers: parent })).toBe(200);
    await until(app.output, (output) => output.includes('purged idempotency keys'));
    await app.stop();

    const spans = told();
    const added = spans.find(({ name }) => name === 'add maintenance.purge-idempotency-keys');
    const worked = spans.find(({ links }) => links[0]?.spanId === added?.spanId);
    expect(added).toMatchObject({ kind: PRODUCER });
    expect(worked).toMatchObject({ kind: CONSUMER, name: 'process maintenance' });
    expect(worked?.resource).toMatchObject({ 'service.name': 'shop' });
    expect(worked?.links).toMatchObject([{ traceId: added?.traceId }]);
    expect(worked?.traceId).not.toBe(added?.traceId);
    const statements = spans.filter(({ parentSpanId }) => parentSpanId === worked?.spanId);
    expect(statements.map(({ attributes }) => attributes['db.query.text']).join()).toContain(
      'DELETE FROM idempotency_keys',
    );
    expect(spans.filter(({ name }) => /getNextJob|Stalled/.test(name))).toEqual([]);
  });

  it('traces a call to Meta without its token, ids and query', async () => {
    const load = (file: string): string => pathToFileURL(join(DIST, file)).href;
    const script = `
      const { startTelemetry } = await import('${load('platform/telemetry/telemetry.js')}');
      const telemetry = await startTelemetry();
      const { GraphClient } = await import('${load('whatsapp/graph/graph.client.js')}');
      const client = new GraphClient({ baseUrl: '${collector}', version: 'v26.0' });
      const query = { search: '+${PHONE}' };
      await client.request('GET', '/106540352242922/messages', { token: 'EAAG-secret', query });
      await telemetry.stop();
      client.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'], ...tracing() },
      stdio: 'inherit',
    });
    children.push(child);
    expect(await once(child, 'exit')).toEqual([0, null]);

    const [toMeta, ...exported] = received;
    expect(toMeta?.headers['authorization']).toBe('Bearer EAAG-secret');
    received = exported;
    const spans = told();
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({
      kind: CLIENT,
      attributes: { 'url.full': `${collector}/v26.0/*/messages` },
    });
    expect(Object.keys(spans[0]?.attributes ?? {}).filter((name) => /^url|^user/.test(name))).toEqual([
      'url.full',
      'url.scheme',
    ]);
    expect(toMeta?.headers['traceparent']).toContain(spans[0]?.spanId);
    for (const secret of ['EAAG', PHONE, '106540352242922']) {
      expect(exported.map(({ body }) => body).join()).not.toContain(secret);
    }
  });

  it('loads the SDK', async () => {
    const app = await start({ ...tracing(), NODE_V8_COVERAGE: join(scratch, 'loaded') });
    await app.stop();
    expect((await loadedScripts(join(scratch, 'loaded'))).join()).toContain('/@opentelemetry/sdk-trace/');
  });
});

describe.each<[string, () => Record<string, string>]>([
  ['without a variable', () => ({})],
  ['when it is disabled', () => ({ ...tracing(), OTEL_SDK_DISABLED: 'true' })],
])('%s', (_, env) => {
  it('loads and sends nothing of OpenTelemetry', async () => {
    const app = await start({ ...env(), NODE_V8_COVERAGE: join(scratch, 'loaded') });
    expect(await call(app.url, '/api/whatsapp/senders')).toBe(200);
    await app.stop();
    const scripts = await loadedScripts(join(scratch, 'loaded'));
    expect(scripts.some((url) => url.endsWith('/dist/src/start.js'))).toBe(true);
    // The API alone, which does nothing, comes with the Prometheus client.
    expect(scripts.filter((url) => /@opentelemetry\/(?!api\/)|in-the-middle/.test(url))).toEqual([]);
    expect(received).toEqual([]);
  });
});

describe('when the collector', () => {
  it('does not answer, the process still stops within seconds and in peace', async () => {
    silent = true;
    const app = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_BSP_SCHEDULE_DELAY: '600000' });
    expect(await call(app.url, '/api/whatsapp/senders')).toBe(200);
    const { code, ms } = await app.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5_000);
    expect(received.map(({ headers }) => headers['content-type'])).toEqual(['application/x-protobuf']);
  });

  it('is not there, requests are answered, the log says so, and the process stops', async () => {
    server.close();
    const app = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    expect(await call(app.url, '/api/whatsapp/senders')).toBe(200);
    await until(app.output, (output) => output.includes('ECONNREFUSED'));
    expect(await call(app.url, '/api/whatsapp/senders')).toBe(200);
    const { code, ms } = await app.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5_000);
  });
});
