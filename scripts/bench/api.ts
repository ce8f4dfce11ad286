import { Agent, request, type Dispatcher } from 'undici';

// An import of a million rows answers only when it is done.
const PATIENT = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

type Content = Dispatcher.RequestOptions['body'];

/** The product's HTTP API, as its clients use it. */
export class Api {
  private readonly url: string;
  private readonly key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  get<T>(path: string): Promise<T> {
    return this.json<T>('GET', path);
  }

  post<T>(path: string, body?: object): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  send<T>(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<T> {
    return body === undefined
      ? this.json<T>(method, path)
      : this.json<T>(method, path, JSON.stringify(body), 'application/json');
  }

  upload<T>(path: string, csv: NonNullable<Content>): Promise<T> {
    return this.json<T>('POST', path, csv, 'text/csv');
  }

  /** Reads an answer of any length to its end and discards it. */
  async drain(path: string): Promise<number> {
    const { statusCode, body } = await this.request('GET', path);
    if (statusCode >= 300) throw new Error(`GET ${path}: ${statusCode} ${await body.text()}`);
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
    return bytes;
  }

  private async json<T>(
    method: Dispatcher.HttpMethod,
    path: string,
    content?: Content,
    contentType?: string,
  ): Promise<T> {
    const { statusCode, body } = await this.request(method, path, content, contentType);
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${await body.text()}`);
    return (await body.json()) as T;
  }

  private request(
    method: Dispatcher.HttpMethod,
    path: string,
    content: Content = null,
    contentType?: string,
  ): Promise<Dispatcher.ResponseData> {
    return request(`${this.url}${path}`, {
      method,
      body: content,
      dispatcher: PATIENT,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
    });
  }
}
