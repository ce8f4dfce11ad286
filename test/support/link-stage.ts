import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { type Engine, numbers, startEngine, WHATSAPP } from './engine.js';
import { until } from './until.js';

export const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';

export interface Opened {
  status: number;
  location: string | undefined;
  headers: Record<string, unknown>;
  body: string;
}

/** The engine under an address that is known before it starts, because templates are approved with it. */
export class LinkStage {
  private address = 0;

  private constructor(
    readonly engine: Engine,
    readonly base: string,
  ) {}

  static async start(clock: string): Promise<LinkStage> {
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const engine = await startEngine(clock, { env: { PORT: String(port), LINK_BASE_URL: base } });
    const stage = new LinkStage(engine, base);
    const body = { type: 'BODY', text: 'Hi {{1}}, look: {{2}}' };
    const tracked = { type: 'URL', text: 'Shop', url: `${base}/l/{{1}}` };
    const other = { type: 'URL', text: 'Elsewhere', url: 'https://elsewhere.example/{{1}}' };
    const reply = { type: 'QUICK_REPLY', text: 'Tell me more' };
    await stage.addTemplate('spring', [
      { type: 'BODY', text: 'Spring is here.' },
      { type: 'BUTTONS', buttons: [tracked, reply] },
    ]);
    await stage.addTemplate('elsewhere', [body, { type: 'BUTTONS', buttons: [other] }]);
    return stage;
  }

  get api() {
    return this.engine.app.api;
  }

  async addTemplate(name: string, components: object[]): Promise<void> {
    const { templates } = this.engine.meta.simulator.state;
    templates.put({
      ...{ id: templates.newId(), name, language: 'en_US', category: 'MARKETING', status: 'APPROVED' },
      ...{ parameterFormat: 'POSITIONAL', quality: 'GREEN', rejectedReason: 'NONE' },
      ...{ messageSendTtlSeconds: undefined, components: components as Record<string, unknown>[] },
    });
    const { status, body } = await this.api.post('/api/whatsapp/templates/sync');
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  draft(more: object = {}) {
    return this.api.post(WHATSAPP, {
      ...{ name: 'Spring', templateName: 'spring', rateLimit: 10_000 },
      ...{ sendWindowStart: '00:00', sendWindowEnd: '24:00' },
      ...{ links: { 'button.0': { url: 'https://shop.example/spring' } } },
      ...more,
    });
  }

  /** A campaign that has gone out to so many people, a while ago. */
  async sent(count = 1, more: object = {}): Promise<{ id: string; phones: string[] }> {
    const phones = numbers(count);
    const recipients = phones.map((phoneNumber) => ({
      phoneNumber,
      ...((more as { recipient?: object }).recipient ?? {}),
    }));
    const settings = Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'recipient'));
    const { status, body } = await this.draft({ recipients, ...settings });
    if (status !== 201) throw new Error(JSON.stringify(body));
    const started = await this.api.post(`${WHATSAPP}/${body.id}/send`);
    if (started.status !== 200) throw new Error(JSON.stringify(started.body));
    await until(
      async () => (await this.api.get(`${WHATSAPP}/${body.id}/stats`)).body.stats,
      (stats) => stats.delivered === count,
    );
    await this.engine.advance('PT1M');
    return { id: body.id, phones };
  }

  /** The message that a person got: its id and its address. */
  async message(phone: string): Promise<{ id: string; token: string }> {
    const answer = await fetch(`${this.engine.meta.url}/simulator/messages?to=${encodeURIComponent(phone)}`);
    const { data } = (await answer.json()) as { data: any[] };
    const button = data[0].body.template.components.find((one: any) => one.sub_type === 'url');
    return { id: data[0].id, token: button.parameters[0].text };
  }

  async token(phone: string): Promise<string> {
    return (await this.message(phone)).token;
  }

  /** Opens a link as a browser does; each time from another address unless one is given. */
  async open(
    token: string,
    { headers = {}, method = 'GET', from }: { headers?: object; method?: 'GET' | 'HEAD'; from?: string } = {},
  ): Promise<Opened> {
    const address = (this.address += 1);
    const answer = await this.engine.app.app.inject({
      method,
      url: `/l/${token}`,
      headers: { 'user-agent': PHONE, ...headers },
      remoteAddress: from ?? `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`,
    });
    const { location } = answer.headers;
    return {
      ...{ status: answer.statusCode, headers: answer.headers, body: answer.body },
      location: typeof location === 'string' ? location : undefined,
    };
  }

  /** Everything that was opened has been counted. */
  async counted(): Promise<void> {
    await until(
      async () => {
        const [row] = await this.engine.sql<{ open: number; all: number }>(
          `SELECT count(*) FILTER (WHERE applied_at IS NULL)::int AS open, count(*)::int AS all FROM link_clicks`,
        );
        return row?.open === 0 && row.all >= this.expected;
      },
      Boolean,
      { within: 45_000 },
    );
  }

  /** How many clicks have to be stored before they are counted. */
  expected = 0;

  async expecting(more: number): Promise<void> {
    const [row] = await this.engine.sql<{ all: number }>('SELECT count(*)::int AS all FROM link_clicks');
    this.expected = (row?.all ?? 0) + more;
  }

  async clicks(id: string): Promise<any> {
    return (await this.api.get(`${WHATSAPP}/${id}/stats`)).body.clicks;
  }

  async simulate(click: object): Promise<any> {
    const answer = await fetch(`${this.engine.meta.url}/simulator/click`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(click),
    });
    return answer.json();
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
