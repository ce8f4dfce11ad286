import type { Template } from '../../simulator/templates/template.js';
import { type Engine, startEngine } from './engine.js';
import { catalogName, IMAGE, SyncStage } from './sync-stage.js';
import { until } from './until.js';

const NOON = '2026-03-02T12:00:00Z';

/** A shop whose catalog is synchronised and connected, and what reaches Meta of its messages. */
export class ProductStage {
  private constructor(
    readonly engine: Engine,
    readonly shop: SyncStage,
    readonly metaCatalogId: string,
  ) {}

  static async start(): Promise<ProductStage> {
    const engine = await startEngine(NOON);
    await engine.scenario({ catalogBatchMs: 10 });
    const { catalogs } = engine.meta.simulator.state;
    // The simulator's own catalog makes room for the one of the test.
    catalogs.connectedId = undefined;
    const input = { name: catalogName(), defaultImageUrl: IMAGE };
    const shop = await SyncStage.create(engine.app.api, engine.meta.url, input);
    const run = await shop.sync('?mode=full');
    if (run.status !== 'completed') throw new Error(JSON.stringify(run));
    return new ProductStage(engine, shop, await shop.metaCatalogId());
  }

  get api() {
    return this.engine.app.api;
  }

  /** The person writes to the shop, which opens the service window. */
  async hears(from: string, message: object = { text: 'hi' }): Promise<void> {
    const before = await this.inboundOf(from);
    await this.shop.meta('POST', 'inbound', { from, ...message });
    await until(
      () => this.inboundOf(from),
      (rows) => rows.length > before.length,
    );
  }

  async inboundOf(from: string): Promise<any[]> {
    return this.engine.sql(
      `SELECT * FROM whatsapp_messages WHERE phone_number = $1 AND direction = 'in' ORDER BY id`,
      [from],
    );
  }

  /** What Meta has accepted for a number, oldest first. */
  async accepted(to: string): Promise<any[]> {
    const query = new URLSearchParams({ to, order: 'oldest' });
    const { data } = await this.shop.meta('GET', `messages?${query.toString()}`);
    return data.map(({ body }: { body: object }) => body);
  }

  /** The message once Meta has taken or refused it, or the outbox has ended it. */
  async settled(messageId: string): Promise<any> {
    await until(
      () => this.outboxRow(messageId),
      (row) => !['waiting', 'sending'].includes(row.state),
    );
    const [message] = await this.engine.sql<any>(`SELECT * FROM whatsapp_messages WHERE id = $1`, [
      messageId,
    ]);
    return { outbox: await this.outboxRow(messageId), ...message };
  }

  async outboxRow(messageId: string): Promise<any> {
    const [row] = await this.engine.sql(`SELECT * FROM message_outbox WHERE id = $1`, [messageId]);
    return row;
  }

  /** Approved marketing templates at Meta, which the shop knows. */
  async addTemplates(named: Record<string, object[]>): Promise<void> {
    for (const [name, components] of Object.entries(named)) this.addTemplate(name, components);
    const { status, body } = await this.api.post('/api/whatsapp/templates/sync');
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  private addTemplate(name: string, components: object[]): void {
    const { templates } = this.engine.meta.simulator.state;
    templates.put({
      ...{ id: templates.newId(), name, language: 'en_US', category: 'MARKETING', status: 'APPROVED' },
      ...{ parameterFormat: 'POSITIONAL', quality: 'GREEN', rejectedReason: 'NONE' },
      ...{ messageSendTtlSeconds: undefined, components: components as Template['components'] },
    });
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
