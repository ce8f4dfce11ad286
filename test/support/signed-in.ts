import type { Answer, ApiClient, CallOptions } from './api-client.js';

export const PASSWORD = 'plenty of tea leaves';

/** A browser tab: it keeps the cookie and sends what a page of ours would send. */
export class SignedIn {
  private constructor(
    private readonly api: ApiClient,
    readonly cookie: string,
    readonly csrfToken: string,
    readonly user: { id: string; name: string; email: string | null; role: string | null },
  ) {}

  /** `body` is what the sign-in page posts. */
  static async with(api: ApiClient, body: object): Promise<SignedIn> {
    const anyone = api.withKey(undefined);
    const { status, headers, body: session } = await anyone.post('/api/session', body);
    if (status !== 201) throw new Error(`signing in answered ${status}: ${JSON.stringify(session)}`);
    const cookie = (headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    return new SignedIn(anyone, cookie, session.csrfToken, session.user);
  }

  get(path: string): Promise<Answer<any>> {
    return this.api.get(path, this.options());
  }
  post(path: string, body?: unknown): Promise<Answer<any>> {
    return this.api.post(path, body, this.options());
  }
  put(path: string, body?: unknown): Promise<Answer<any>> {
    return this.api.put(path, body, this.options());
  }
  delete(path: string, body?: unknown): Promise<Answer<any>> {
    return this.api.delete(path, body, this.options());
  }

  private options(): CallOptions {
    return {
      headers: { cookie: this.cookie, 'x-csrf-token': this.csrfToken, 'sec-fetch-site': 'same-origin' },
    };
  }
}
