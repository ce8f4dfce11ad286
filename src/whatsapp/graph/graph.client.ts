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

/** A file, sent as it is. */
export interface UploadCall extends Omit<GraphCall, 'body'> {
  content: Buffer;
  headers: Record<string, string>;
  /** How the token is named: resumable uploads want `OAuth`. */
  scheme?: 'Bearer' | 'OAuth';
}

export interface SendCall {
  phoneNumberId: string;
  token: string;
  payload: unknown;
  /** Through the Marketing Messages API, which takes marketing templates only. */
  marketingApi?: boolean;
}

type Method = 'GET' | 'POST' | 'DELETE';

const MAX_RESTARTS = 2;
/** Meta takes files of up to 100 MB. */
const UPLOAD_TIMEOUT_MS = 120_000;

interface Content {
  headers: Record<string, string>;
  body: string | Buffer | null;
}

/**
 * The only HTTP to Meta. It never retries what Meta may have accepted: a repeated send is a second message, so the
 * caller decides about retries by the outcome. Outcomes are returned, not thrown.
 */
export class GraphClient {
  private readonly dispatcher: Dispatcher;
  private readonly origin: string;
  private readonly path: string;
  private readonly timeoutMs: number;
  /** The numbers whose marketing messages Meta refuses with callback data. */
  private readonly withoutCallbackData = new Set<string>();

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

  async request(method: Method, path: string, { body, ...call }: GraphCall): Promise<GraphAnswer> {
    const content: Content =
      body === undefined
        ? { headers: {}, body: null }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.exchange(method, path, { ...call, scheme: 'Bearer' }, content, this.timeoutMs);
  }

  /** A lost answer does no harm: the file is uploaded again, and the first copy expires. */
  async upload(
    path: string,
    { content, headers, scheme = 'Bearer', ...call }: UploadCall,
  ): Promise<GraphAnswer> {
    const timeoutMs = Math.max(this.timeoutMs, UPLOAD_TIMEOUT_MS);
    return this.exchange('POST', path, { ...call, scheme }, { headers, body: content }, timeoutMs);
  }

  /**
   * Meta does not document callback data for the Marketing Messages API. If a number is refused for it, that message
   * and all later ones go without, and are known by Meta's id only. The refused request was certainly not sent.
   */
  async sendMessage({ phoneNumberId, token, payload, marketingApi = false }: SendCall): Promise<SendAnswer> {
    const endpoint = marketingApi ? 'marketing_messages' : 'messages';
    const path = `/${encodeURIComponent(phoneNumberId)}/${endpoint}`;
    const post = async (body: unknown): Promise<SendAnswer> =>
      readSendAnswer(await this.request('POST', path, { token, body }));
    if (!marketingApi) return post(payload);
    if (this.withoutCallbackData.has(phoneNumberId)) return post(withoutCallbackData(payload));
    const answer = await post(payload);
    if (!refusesCallbackData(answer)) return answer;
    this.withoutCallbackData.add(phoneNumberId);
    return post(withoutCallbackData(payload));
  }

  /**
   * The pages of a listing. Meta may call a cursor invalid midway (131059): the listing then restarts, so items may
   * come twice and the reader has to cope.
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

  private async exchange(
    method: Method,
    path: string,
    { token, query, scheme }: Omit<GraphCall, 'body'> & Required<Pick<UploadCall, 'scheme'>>,
    { headers, body }: Content,
    timeoutMs: number,
  ): Promise<GraphAnswer> {
    const exchanged = await exchange(
      this.dispatcher,
      {
        origin: this.origin,
        method,
        path: this.path + path + queryText(query),
        headers: { authorization: `${scheme} ${token}`, 'user-agent': 'drumbeat', ...headers },
        body,
      },
      timeoutMs,
    );
    if (exchanged.answered) {
      return readAnswer(exchanged.status, exchanged.text, parseRateUsage(exchanged.headers));
    }
    const error = transportError(`Meta could not be asked: ${describe(exchanged.reason, token)}`);
    return { outcome: exchanged.mayHaveLeft ? 'in-doubt' : 'not-sent', error, usage: null };
  }

  close(): void {
    void this.dispatcher.destroy();
  }
}

const CALLBACK_FIELD = 'biz_opaque_callback_data';
const INVALID_PARAMETER = 100;

function withoutCallbackData(payload: unknown): unknown {
  return { ...asObject(payload), [CALLBACK_FIELD]: undefined };
}

function refusesCallbackData(answer: SendAnswer): boolean {
  if (answer.outcome !== 'refused' || answer.error.code !== INVALID_PARAMETER) return false;
  const { title, details } = answer.error;
  return `${title} ${details ?? ''}`.includes(CALLBACK_FIELD);
}

function queryText(query: GraphCall['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    // Lists of fields stay readable in the logs on the way.
    value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function describe(cause: Error, token: string): string {
  // When several addresses all fail, the error has no text.
  const text = cause.message || ('code' in cause ? String(cause.code) : cause.name);
  return withoutTokens(token === '' ? text : text.replaceAll(token, '[token]'));
}
