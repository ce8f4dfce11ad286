import { type Dispatcher } from 'undici';
import { openConnections } from './connections.client.js';
import { readAnswer, readSendAnswer, type GraphAnswer, type SendAnswer } from './graph-answer.js';
import { transportError, withoutTokens } from '../errors/graph-error.js';
import { exchange } from './http-exchange.client.js';
import { asList, asObject, asText } from '../json/json-fields.js';
import { metaRefusal } from './meta-refusal.js';
import { parseRateUsage } from './rate-usage.js';

export interface GraphClientOptions {
  /** `https://graph.facebook.com`, or a simulator. */
  baseUrl: string;
  /** `v26.0` */
  version: string;
  /** For the whole exchange, from the first attempt to connect to the last byte of the answer. */
  timeoutMs?: number;
  maxSockets?: number;
  /** A connection unused for this long is closed by us. */
  idleSocketMs?: number;
}

export interface GraphCall {
  token: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
}

export interface SendCall {
  phoneNumberId: string;
  token: string;
  payload: unknown;
  /** Through the Marketing Messages API, which takes marketing templates only. */
  marketingApi?: boolean;
}

const MAX_RESTARTS = 2;

/**
 * The only HTTP to Meta. It never retries: a repeated send is a second message, so who may try again is decided
 * above, by the outcome. Outcomes are returned, not thrown.
 */
export class GraphClient {
  private readonly dispatcher: Dispatcher;
  private readonly origin: string;
  private readonly path: string;
  private readonly timeoutMs: number;

  constructor(options: GraphClientOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.origin = origin;
    this.path = `${pathname.replace(/\/+$/, '')}/${options.version}`;
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.dispatcher = openConnections(origin, {
      timeoutMs: this.timeoutMs,
      maxSockets: options.maxSockets ?? 128,
      idleSocketMs: options.idleSocketMs ?? 15_000,
    });
  }

  async request(method: 'GET' | 'POST' | 'DELETE', path: string, call: GraphCall): Promise<GraphAnswer> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${call.token}`,
      'user-agent': 'drumbeat',
    };
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    const exchanged = await exchange(
      this.dispatcher,
      {
        origin: this.origin,
        method,
        path: this.path + path + queryText(call.query),
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
      },
      this.timeoutMs,
    );
    if (exchanged.answered) {
      return readAnswer(exchanged.status, exchanged.text, parseRateUsage(exchanged.headers));
    }
    const reason = describe(exchanged.reason, call.token);
    const error = transportError(`Meta could not be asked: ${reason}`);
    return { outcome: exchanged.mayHaveLeft ? 'in-doubt' : 'not-sent', error, usage: null };
  }

  async sendMessage({ phoneNumberId, token, payload, marketingApi = false }: SendCall): Promise<SendAnswer> {
    const endpoint = marketingApi ? 'marketing_messages' : 'messages';
    const path = `/${encodeURIComponent(phoneNumberId)}/${endpoint}`;
    return readSendAnswer(await this.request('POST', path, { token, body: payload }));
  }

  /**
   * The pages of a listing. Meta may call a cursor invalid midway (131059): the listing then starts again, so
   * items may come twice and the reader must not mind.
   */
  async *pages(path: string, { token, query = {} }: Omit<GraphCall, 'body'>): AsyncGenerator<unknown[]> {
    let after: string | undefined;
    for (let restarts = 0; ;) {
      const answer = await this.request('GET', path, { token, query: { ...query, after } });
      if (answer.outcome !== 'ok') {
        if (answer.error.code !== 131059 || restarts === MAX_RESTARTS)
          throw metaRefusal(answer, 'give the listing', token);
        restarts += 1;
        after = undefined;
        continue;
      }
      const body = asObject(answer.body);
      yield asList(body?.['data']);
      const paging = asObject(body?.['paging']);
      const next = asText(asObject(paging?.['cursors'])?.['after']);
      // `paging.next` carries the access token in its URL, so only its presence is used.
      if (asText(paging?.['next']) === undefined || next === undefined || next === after) return;
      after = next;
    }
  }

  close(): void {
    void this.dispatcher.destroy();
  }
}

function queryText(query: GraphCall['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    // Lists of fields stay readable in the logs on the way.
    value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function describe(cause: Error, token: string): string {
  // Several addresses that all fail make an error without a text.
  const text = cause.message || ('code' in cause ? String(cause.code) : cause.name);
  return withoutTokens(token === '' ? text : text.replaceAll(token, '[token]'));
}
