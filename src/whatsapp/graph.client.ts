import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { readAnswer, readSendAnswer, type GraphAnswer, type SendAnswer } from './graph-answer.js';
import { transportError, withoutTokens } from './graph-error.js';
import { asList, asObject, asText } from './json-fields.js';
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

const LOOPBACK = /^https?:\/\/(localhost|127\.|\[::1\])/;
const MAX_RESTARTS = 2;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Knows whether the request had a usable connection, that is, whether Meta can have seen any of it. */
class Connection {
  established = false;

  /**
   * Handed to axios in place of its own, so that the socket can be watched from its first moment. It follows no
   * redirects, which would post the message a second time.
   */
  readonly transport = {
    request: (options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void) => {
      const secure = options.protocol === 'https:';
      const request = (secure ? https : http).request(options, onAnswer);
      return request.once('socket', (socket: Socket) => {
        // What is no longer connecting was connected for an earlier request, or is taken for it to be safe.
        if (!socket.connecting) this.established = true;
        else socket.once(secure ? 'secureConnect' : 'connect', () => (this.established = true));
      });
    },
  };
}

/**
 * The only HTTP to Meta. It never retries: a repeated send is a second message, so who may try again is decided
 * above, by the outcome. Outcomes are returned, not thrown.
 */
export class GraphClient {
  private readonly axios: AxiosInstance;
  private readonly agents: { httpAgent: http.Agent; httpsAgent: https.Agent };
  private readonly timeoutMs: number;

  constructor({
    baseUrl,
    version,
    timeoutMs = 30_000,
    maxSockets = 128,
    idleSocketMs = 15_000,
  }: GraphClientOptions) {
    // A server that closes an idle connection just as we write leaves a message in doubt: let go of it first.
    const settings = { keepAlive: true, maxSockets, timeout: idleSocketMs, scheduling: 'lifo' } as const;
    this.agents = { httpAgent: new http.Agent(settings), httpsAgent: new https.Agent(settings) };
    this.timeoutMs = timeoutMs;
    this.axios = axios.create({
      ...this.agents,
      baseURL: `${baseUrl.replace(/\/+$/, '')}/${version}`,
      responseType: 'text',
      transformResponse: [(text: unknown) => text],
      validateStatus: () => true,
      maxContentLength: MAX_ANSWER_BYTES,
      // A proxy of the environment stands between us and Meta, never between us and the simulator.
      ...(LOOPBACK.test(baseUrl) ? { proxy: false as const } : {}),
    });
  }

  async request(method: 'GET' | 'POST' | 'DELETE', path: string, call: GraphCall): Promise<GraphAnswer> {
    const connection = new Connection();
    const abort = new AbortController();
    const timer = setTimeout(() => {
      abort.abort();
    }, this.timeoutMs);
    try {
      const { status, data, headers }: AxiosResponse<string> = await this.axios.request({
        method,
        url: path,
        ...(call.query === undefined ? {} : { params: call.query }),
        ...(call.body === undefined ? {} : { data: JSON.stringify(call.body) }),
        headers: { Authorization: `Bearer ${call.token}`, 'Content-Type': 'application/json' },
        signal: abort.signal,
        transport: connection.transport,
      });
      return readAnswer(status, data, parseRateUsage(headers));
    } catch (cause) {
      const reason = abort.signal.aborted
        ? `no answer within ${this.timeoutMs} ms`
        : describe(cause, call.token);
      const outcome = connection.established ? 'in-doubt' : 'not-sent';
      return { outcome, error: transportError(`Meta could not be asked: ${reason}`), usage: null };
    } finally {
      clearTimeout(timer);
    }
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
    this.agents.httpAgent.destroy();
    this.agents.httpsAgent.destroy();
  }
}

function describe(cause: unknown, token: string): string {
  const text = cause instanceof Error ? cause.message || cause.name : 'unknown fault';
  return withoutTokens(token === '' ? text : text.replaceAll(token, '[token]'));
}
