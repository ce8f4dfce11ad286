import http from 'node:http';
import https from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import axios, { type AxiosRequestConfig, AxiosError } from 'axios';
import { type AddressRules, AddressGuard, type JudgedAddress } from './address-guard.service.js';
import { OutboundError } from './outbound-error.js';

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  url: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** For everything, from the look-up of the name to the last byte of the answer, redirects included. */
  timeoutMs: number;
  maxBytes: number;
  /** Takes the beginning of a longer answer instead of refusing it. */
  isCut?: boolean;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Calls to everyone but Meta. Every status is an answer; only the lack of one is thrown, as an OutboundError.
 */
@Injectable()
export class OutboundClient {
  constructor(private readonly guard: AddressGuard) {}

  /** To an address of the operator's own settings. Follows no redirects, and uses the proxy of the environment. */
  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    return this.exchange(request, {}, AbortSignal.timeout(request.timeoutMs));
  }

  /**
   * To an address that a caller gave. Each address on the way is judged, and the connection goes to what was judged.
   * Only a GET is redirected. No proxy: it would resolve the name again, and stands inside the network.
   */
  async sendGuarded(
    request: OutboundRequest,
    rules: AddressRules & { redirects: number },
  ): Promise<OutboundAnswer> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    let { url } = request;
    for (let redirects = 0; ; redirects++) {
      const judged = await inTime(this.guard.judge(url, rules), deadline);
      const answer = await this.exchange({ ...request, url: judged.url.href }, pinned(judged), deadline);
      const { location } = answer.headers;
      const isRedirect =
        REDIRECTS.includes(answer.status) && location !== undefined && request.method === 'GET';
      if (!isRedirect || rules.redirects === 0) return answer;
      if (redirects === rules.redirects) throw new OutboundError('too_many_redirects');
      if (!URL.canParse(location, judged.url.href)) throw new OutboundError('unreachable');
      url = new URL(location, judged.url).href;
    }
  }

  private async exchange(
    { method, url, headers = {}, body, maxBytes, isCut = false }: OutboundRequest,
    connection: AxiosRequestConfig,
    deadline: AbortSignal,
  ): Promise<OutboundAnswer> {
    try {
      const answer = await axios.request<Buffer | Readable>({
        adapter: 'http',
        method,
        url,
        // Compressed answers would be unpacked to any size before they are measured.
        headers: { 'user-agent': 'Drumbeat', 'accept-encoding': 'identity', ...headers },
        ...(body === undefined ? {} : { data: Buffer.from(body) }),
        decompress: false,
        responseType: isCut ? 'stream' : 'arraybuffer',
        maxContentLength: isCut ? Infinity : maxBytes,
        maxBodyLength: Infinity,
        maxRedirects: 0,
        signal: deadline,
        validateStatus: () => true,
        transformRequest: [(data: unknown) => data],
        transformResponse: [(data: unknown) => data],
        ...connection,
      });
      const { data } = answer;
      const bytes = Buffer.isBuffer(data) ? data : await beginningOf(data, maxBytes);
      return { status: answer.status, headers: plainHeaders(answer.headers), body: bytes };
    } catch (error) {
      if (deadline.aborted) throw new OutboundError('timed_out', error);
      const isTooLarge = error instanceof AxiosError && /maxContentLength/.test(error.message);
      throw new OutboundError(isTooLarge ? 'answer_too_large' : 'unreachable', error);
    }
  }
}

/** A connection of its own, which leads to the judged addresses whatever the name resolves to by now. */
function pinned({ url, addresses }: JudgedAddress): AxiosRequestConfig {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }) as const);
  const isName = isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) === 0;
  return {
    proxy: false,
    httpAgent: new http.Agent({ keepAlive: false }),
    httpsAgent: new https.Agent({ keepAlive: false }),
    ...(isName
      ? {
          lookup: (_host, _options, done) => {
            done(null, [...found]);
          },
        }
      : {}),
  };
}

/** The rest is not read: the connection ends with it. */
async function beginningOf(answer: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** The look-up of a name cannot be aborted, but need not be waited for. */
async function inTime<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  deadline.throwIfAborted();
  let expire: () => void = () => undefined;
  const expired = new Promise<never>((_, reject) => {
    expire = () => {
      reject(new OutboundError('timed_out'));
    };
    deadline.addEventListener('abort', expire, { once: true });
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    deadline.removeEventListener('abort', expire);
  }
}

function plainHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]: [string, unknown]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}
