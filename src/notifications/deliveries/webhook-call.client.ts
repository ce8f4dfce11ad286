import { Injectable } from '@nestjs/common';
import { SystemClock } from '../../platform/clock/clock.js';
import { fit } from '../../platform/database/storable-text.js';
import { OutboundClient } from '../../platform/outbound/outbound.client.js';
import { OutboundError } from '../../platform/outbound/outbound-error.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { EndpointAddress } from '../endpoints/endpoint-address.service.js';
import { signedHeaders } from './signature.js';

export const TIMEOUT_MS = 15_000;
const KEPT_BYTES = 1_024;
const KEPT_CHARACTERS = 1_000;

export interface CallResult {
  status: number | null;
  error: string | null;
  /** The beginning of what the receiver answered. */
  response: string | null;
  durationMs: number;
}

/** One attempt at one delivery. Whatever goes wrong is a result. */
@Injectable()
export class WebhookCall {
  /** Receivers refuse a signature whose time is not theirs: a practice clock must not make it. */
  private readonly realTime = new SystemClock();

  constructor(
    private readonly client: OutboundClient,
    private readonly address: EndpointAddress,
  ) {}

  async send(url: string, secrets: readonly string[], id: string, body: string): Promise<CallResult> {
    const timestamp = Math.floor(this.realTime.now().getTime() / 1_000);
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(secrets, { id, timestamp, body }),
    };
    const startedAt = performance.now();
    const took = (): number => Math.round(performance.now() - startedAt);
    try {
      const answer = await this.client.sendGuarded(
        { method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS, maxBytes: KEPT_BYTES, isCut: true },
        { ...this.address.rules, redirects: 0 },
      );
      const response = fit(answer.body.toString('utf8'), KEPT_CHARACTERS);
      return { status: answer.status, error: errorOf(answer.status), response, durationMs: took() };
    } catch (error) {
      if (!(error instanceof OutboundError) && !(error instanceof DomainError)) throw error;
      return { status: null, error: error.message.slice(0, 500), response: null, durationMs: took() };
    }
  }
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return `It answered ${status}: webhooks follow no redirects. Give the endpoint its final address.`;
  return `It answered ${status}.`;
}
