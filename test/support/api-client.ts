import { assertDocumented } from './openapi-answers.js';

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

/** Tests look into answers of every shape; the schema check in assertDocumented is what keeps them honest. */
type Loose = any;

export interface CallOptions {
  headers?: Record<string, string>;
  /** Sent as it is, with the content type given in the headers. */
  raw?: string | Buffer;
}

/** Calls the API as an integrator would, over HTTP, and holds every answer against openapi.yaml. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly key: string | undefined,
  ) {}

  withKey(key: string | undefined): ApiClient {
    return new ApiClient(this.url, key);
  }

  get<T = Loose>(path: string, options?: CallOptions): Promise<Answer<T>> {
    return this.call('GET', path, undefined, options);
  }
  post<T = Loose>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>> {
    return this.call('POST', path, body, options);
  }
  put<T = Loose>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>> {
    return this.call('PUT', path, body, options);
  }
  delete<T = Loose>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>> {
    return this.call('DELETE', path, body, options);
  }

  private async call<T>(
    method: string,
    path: string,
    body: unknown,
    options: CallOptions = {},
  ): Promise<Answer<T>> {
    const payload = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const parsed: unknown = /[/+]json/.test(type) ? JSON.parse(text) : text;
    assertDocumented(method, path.split('?', 1)[0] ?? path, response.status, type, parsed);
    return { status: response.status, body: parsed as T, headers: response.headers };
  }
}
