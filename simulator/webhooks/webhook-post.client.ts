import { Agent } from 'undici';

/** Keep-alive POSTs to the app's callback URLs. The outbox decides how many run at once. */
export class WebhookPost {
  private readonly agent = new Agent({ connections: 512, headersTimeout: 20_000, bodyTimeout: 20_000 });

  /** The HTTP status, or 0 if there was no answer. */
  async sendPlain(url: URL, body: Buffer, headers: Record<string, string>): Promise<number> {
    try {
      const { origin, pathname } = url;
      const response = await this.agent.request({ origin, path: pathname, method: 'POST', headers, body });
      await response.body.dump();
      return response.statusCode;
    } catch {
      return 0;
    }
  }

  /** The HTTP status, or 0 if there was no answer. */
  async send(url: URL, body: Buffer, signature: string): Promise<number> {
    try {
      const response = await this.agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature-256': signature,
        },
        body,
      });
      await response.body.dump();
      return response.statusCode;
    } catch {
      return 0;
    }
  }

  /** Meta's check of a new callback URL: it must return the challenge. */
  async answersChallenge(url: URL, verifyToken: string, challenge: string): Promise<boolean> {
    const asked = new URL(url);
    asked.searchParams.set('hub.mode', 'subscribe');
    asked.searchParams.set('hub.challenge', challenge);
    asked.searchParams.set('hub.verify_token', verifyToken);
    try {
      const response = await this.agent.request({
        origin: asked.origin,
        path: asked.pathname + asked.search,
        method: 'GET',
      });
      return (await response.body.text()) === challenge && response.statusCode === 200;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}
