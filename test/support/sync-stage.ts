import { setTimeout as delay } from 'node:timers/promises';
import type { GraphClient } from '../../src/whatsapp/graph/graph.client.js';
import type { ApiClient } from './api-client.js';
import { until } from './until.js';

export const CATALOGS = '/api/whatsapp/catalogs';

/** A catalog that is synchronised with the simulated Meta, seen from both sides. */
export class SyncStage {
  constructor(
    readonly api: ApiClient,
    private readonly metaUrl: string,
    readonly catalogId: string,
  ) {}

  get path(): string {
    return `${CATALOGS}/${this.catalogId}`;
  }

  static async create(api: ApiClient, metaUrl: string, input: object): Promise<SyncStage> {
    const { status, body } = await api.post(CATALOGS, input);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return new SyncStage(api, metaUrl, body.id);
  }

  async add(product: object): Promise<any> {
    const { status, body } = await this.api.post(`${this.path}/products`, product);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  async addVariant(productId: string, variant: object): Promise<any> {
    const { status, body } = await this.api.post(`${this.path}/products/${productId}/variants`, variant);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  async change(productId: string, changes: object): Promise<any> {
    const { status, body } = await this.api.put(`${this.path}/products/${productId}`, changes);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }

  async product(productId: string): Promise<any> {
    return (await this.api.get(`${this.path}/products/${productId}`)).body;
  }

  async bySku(sku: string): Promise<any> {
    return (await this.api.get(`${this.path}/products?sku=${sku}`)).body.data[0];
  }

  /** Starts a run, or asks for another, and waits until it has ended. */
  async sync(query = ''): Promise<any> {
    const { status, body } = await this.api.post(`${this.path}/sync${query}`);
    if (status !== 202) throw new Error(JSON.stringify(body));
    return this.ended(body.id);
  }

  async ended(runId: string): Promise<any> {
    return until(
      async () => (await this.api.get(`${this.path}/sync/${runId}`)).body,
      (run) => !['queued', 'running'].includes(run.status),
      { within: 30_000, every: 50 },
    );
  }

  async run(runId: string): Promise<any> {
    return (await this.api.get(`${this.path}/sync/${runId}`)).body;
  }

  async metaCatalogId(): Promise<string> {
    return (await this.api.get(this.path)).body.metaCatalogId;
  }

  // The other side

  async scenario(changes: object): Promise<void> {
    await this.meta('PATCH', 'scenario', changes);
  }

  async atMeta(sku: string): Promise<any> {
    return this.meta('GET', `catalogs/${await this.metaCatalogId()}/products/${sku}`);
  }

  async editAtMeta(sku: string, change: object): Promise<void> {
    await this.meta('POST', `catalogs/${await this.metaCatalogId()}/products/${sku}`, change);
  }

  async deleteAtMeta(sku: string): Promise<void> {
    await this.meta('DELETE', `catalogs/${await this.metaCatalogId()}/products/${sku}`);
  }

  async calls(): Promise<any> {
    const id = await this.metaCatalogId();
    const { data } = await this.meta('GET', 'catalogs');
    return data.find((catalog: { id: string }) => catalog.id === id);
  }

  async meta(method: string, path: string, body?: object): Promise<any> {
    const response = await fetch(`${this.metaUrl}/simulator/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

export const IMAGE = 'https://cdn.example.com/i.jpg';
let next = 0;
export const catalogName = (): string => `Shop ${(next += 1)} of ${process.pid}`;

/** Lets a batch finish before its first poll, or each sync would wait a second for the next one. */
export function slowPolls(graph: GraphClient): void {
  const request = graph.request.bind(graph);
  graph.request = async (method, to, call) => {
    if (to.includes('check_batch_request_status')) await delay(20);
    return request(method, to, call);
  };
}
