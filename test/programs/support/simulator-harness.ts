import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { until } from '../../support/until.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { DEFAULT_OPTIONS, type SimulatorOptions } from '../../../simulator/simulator-options.js';
import { createSimulator, type Simulator } from '../../../simulator/simulator.js';

export const {
  accessToken: TOKEN,
  phoneNumberId: PHONE,
  wabaId: WABA,
  businessId: BUSINESS,
  appSecret: SECRET,
} = DEFAULT_OPTIONS;

export class SetClock extends Clock {
  constructor(public at: Date) {
    super();
  }

  override now(): Date {
    return this.at;
  }
}

export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  body: Json;
  headers: Headers;
}

interface Received {
  raw: Buffer;
  signature: string;
  status: number;
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A running simulator with quick statuses, so that no test waits for a calm day to pass. */
export class Meta {
  private constructor(
    readonly simulator: Simulator,
    readonly url: string,
    readonly clock: SetClock,
  ) {}

  static async start(options: Partial<SimulatorOptions> = {}, scenario: Json = {}): Promise<Meta> {
    const clock = new SetClock(new Date('2026-11-20T10:00:00Z'));
    const simulator = createSimulator(options, clock);
    const url = await simulator.listen();
    closers.push(() => simulator.close());
    const meta = new Meta(simulator, url, clock);
    await meta.scenario(scenario);
    return meta;
  }

  /** Quick, and without chance unless a test asks for it. */
  async scenario(changes: Json): Promise<Answer> {
    return this.call('PUT', '/simulator/scenario', {
      seed: 7,
      rates: { delivery: 1, read: 1, skipDelivered: 0, reply: 0, stop: 0, order: 0 },
      delaysMs: { sent: 0, delivered: 0, read: 0, reply: 0 },
      ...changes,
    });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Json),
      headers: response.headers,
    };
  }

  send(body: Json, endpoint = 'messages'): Promise<Answer> {
    return this.call('POST', `/v25.0/${PHONE}/${endpoint}`, { messaging_product: 'whatsapp', ...body });
  }

  promo(to: string, callback?: string): Promise<Answer> {
    return this.send({
      to,
      type: 'template',
      template: { name: 'black_friday_promo', language: { code: 'en_US' } },
      ...(callback === undefined ? {} : { biz_opaque_callback_data: callback }),
    });
  }

  async messages(query = ''): Promise<Json[]> {
    return (await this.call('GET', `/simulator/messages?order=oldest&limit=1000${query}`)).body
      .data as Json[];
  }

  async stats(): Promise<Json> {
    return (await this.call('GET', '/simulator/messages/stats')).body;
  }

  /** Waits until everything due has happened. */
  async settled(): Promise<Json> {
    const open = ['statusesToCome', 'delayed', 'queued', 'inFlight', 'waitingRetries'];
    return until(
      async () => (await this.call('GET', '/simulator/webhooks')).body,
      (stats) => open.every((name) => stats[name] === 0),
      { every: 5 },
    );
  }
}

/** An app that receives webhooks: keeps them, and answers as set. */
export class App {
  readonly received: Received[] = [];
  answer: (nth: number) => number = () => 200;
  verifyToken = 'let-me-in';

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<App> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const app = new App(server, `http://127.0.0.1:${port}/webhooks/whatsapp`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const asked = new URL(request.url ?? '/', app.url).searchParams;
        if (request.method === 'GET') {
          response.statusCode = asked.get('hub.verify_token') === app.verifyToken ? 200 : 403;
          response.end(asked.get('hub.challenge'));
          return;
        }
        const status = app.answer(app.received.length);
        app.received.push({
          raw: Buffer.concat(chunks),
          signature: String(request.headers['x-hub-signature-256']),
          status,
        });
        response.statusCode = status;
        response.end();
      });
    });
    closers.push(() => {
      app.server.closeAllConnections();
      app.server.close();
    });
    return app;
  }

  bodies(): Json[] {
    return this.received
      .filter(({ status }) => status === 200)
      .map(({ raw }) => JSON.parse(raw.toString()) as Json);
  }

  /** Every `value` of every change of every entry of every POST that was accepted. */
  values(field?: string): Json[] {
    return this.bodies()
      .flatMap((body) => body.entry as { changes: { field: string; value: Json }[] }[])
      .flatMap(({ changes }) => changes)
      .filter((change) => field === undefined || change.field === field)
      .map(({ value }) => value);
  }

  statuses(): Json[] {
    return this.values('messages').flatMap((value) => (value.statuses ?? []) as Json[]);
  }

  inbound(): Json[] {
    return this.values('messages').flatMap((value) => (value.messages ?? []) as Json[]);
  }

  hasGoodSignatures(): boolean {
    return this.received.every(
      ({ raw, signature }) =>
        signature === `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`,
    );
  }
}

export function errorOf({ body }: Answer): Json {
  return body.error as Json;
}
