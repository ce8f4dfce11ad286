import type { GraphAnswer } from '../graph/graph-answer.js';
import type { GraphClient } from '../graph/graph.client.js';

/** Meta's calls about payments inside WhatsApp. It knows no table, keeps no token and never retries. */
export class PaymentsClient {
  constructor(private readonly graph: GraphClient) {}

  async lookUp(
    token: string,
    {
      phoneNumberId,
      configuration,
      reference,
    }: { phoneNumberId: string; configuration: string; reference: string },
  ): Promise<GraphAnswer> {
    const path = ['', phoneNumberId, 'payments', configuration, reference].map(encodeURIComponent).join('/');
    return this.graph.request('GET', path, { token });
  }

  /** Meta documents no key that would make a repetition harmless. */
  async refund(token: string, phoneNumberId: string, body: object): Promise<GraphAnswer> {
    return this.graph.request('POST', `/${encodeURIComponent(phoneNumberId)}/payments_refund`, {
      token,
      body,
    });
  }
}
