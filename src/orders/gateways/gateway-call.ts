import type { OutboundAnswer, OutboundRequest } from '../../platform/outbound/outbound.client.js';
import { asObject, asText, type JsonObject } from '../../whatsapp/json/json-fields.js';
import { parseJsonKeepingIds } from '../../whatsapp/json/parse-json.js';
import type { GatewayError } from './payment-gateway.js';

const TIMEOUT_MS = 20_000;
const MAX_ANSWER = 1_024 * 1_024;
const LONGEST_MESSAGE = 300;

/** `lost`: no answer, or one from which nothing can be concluded. */
export type Told =
  { outcome: 'told'; status: number; body: JsonObject } | { outcome: 'lost'; error: GatewayError };

export type Send = (request: OutboundRequest) => Promise<OutboundAnswer>;

/** One request to a gateway. It never throws because of the network. */
export async function ask(
  send: Send,
  request: Omit<OutboundRequest, 'timeoutMs' | 'maxBytes'>,
): Promise<Told> {
  let answer: OutboundAnswer;
  try {
    answer = await send({ ...request, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER });
  } catch (error) {
    return lost(error instanceof Error ? error.message : 'The gateway did not answer.');
  }
  const { status } = answer;
  // Behind a proxy these say nothing about what the gateway itself did.
  if (status >= 500 || status === 408 || status === 429) return lost(`The gateway answered HTTP ${status}.`);
  const body = readObject(answer.body);
  if (body === undefined)
    return lost(`The gateway answered HTTP ${status} with something that is not an object.`);
  return { outcome: 'told', status, body };
}

const lost = (message: string): Told => ({ outcome: 'lost', error: { code: 'no_answer', message } });

function readObject(body: Buffer): JsonObject | undefined {
  try {
    return asObject(parseJsonKeepingIds(body.toString()));
  } catch {
    return undefined;
  }
}

export function errorOf(code: unknown, message: unknown, otherwise: string): GatewayError {
  return {
    code: (asText(code) ?? 'refused').slice(0, 60),
    message: (asText(message) ?? otherwise).slice(0, LONGEST_MESSAGE).toWellFormed(),
  };
}
