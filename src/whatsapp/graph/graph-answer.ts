import { classify } from '../errors/classify-error.js';
import { errorInAnswer, parseGraphError, transportError, type GraphError } from '../errors/graph-error.js';
import { asList, asObject, asText } from '../json/json-fields.js';
import { readMessageId } from '../json/message-id.js';
import { parseJsonKeepingIds } from '../json/parse-json.js';
import { type RateUsage } from './rate-usage.js';

/**
 * How a call ended. `refused`: Meta certainly did nothing; `in-doubt`: it may have acted; `not-sent`: no byte of the
 * request left this machine.
 */
export type GraphFailure =
  | { outcome: 'refused'; error: GraphError; usage: RateUsage | null }
  | { outcome: 'in-doubt'; error: GraphError; usage: RateUsage | null }
  | { outcome: 'not-sent'; error: GraphError; usage: null };

export type GraphAnswer = { outcome: 'ok'; body: unknown; usage: RateUsage | null } | GraphFailure;

export interface AcceptedMessage {
  outcome: 'accepted';
  wamid: string;
  /** May differ from the number we sent to (Brazil, Mexico, Argentina); absent for a recipient known by user id. */
  waId: string | null;
  userId: string | null;
  /** `accepted`, `held_for_quality_assessment`, or a word Meta has not documented. */
  messageStatus: string | null;
  usage: RateUsage | null;
}

export type SendAnswer = AcceptedMessage | GraphFailure;

function failure(error: GraphError, usage: RateUsage | null): GraphFailure {
  const { certainty } = classify({ ...error, asynchronous: false });
  return { outcome: certainty === 'in-doubt' ? 'in-doubt' : 'refused', error, usage };
}

export function readAnswer(httpStatus: number, text: string, usage: RateUsage | null): GraphAnswer {
  if (httpStatus < 200 || httpStatus > 299) return failure(parseGraphError(httpStatus, text), usage);
  let body: unknown;
  try {
    body = parseJsonKeepingIds(text);
  } catch {
    const error = transportError(
      `HTTP ${httpStatus} with an unreadable body (${text.length} characters)`,
      httpStatus,
    );
    return { outcome: 'in-doubt', error, usage };
  }
  const error = errorInAnswer(httpStatus, body);
  return error === null ? { outcome: 'ok', body, usage } : failure(error, usage);
}

export function readSendAnswer(answer: GraphAnswer): SendAnswer {
  if (answer.outcome !== 'ok') return answer;
  const body = asObject(answer.body);
  const message = asObject(asList(body?.['messages'])[0]);
  const contact = asObject(asList(body?.['contacts'])[0]);
  const wamid = readMessageId(message?.['id']);
  if (wamid === undefined) {
    return {
      outcome: 'in-doubt',
      error: transportError('Meta answered without a message id', 200),
      usage: answer.usage,
    };
  }
  return {
    outcome: 'accepted',
    wamid,
    waId: asText(contact?.['wa_id']) ?? null,
    userId: asText(contact?.['user_id']) ?? null,
    messageStatus: asText(message?.['message_status']) ?? null,
    usage: answer.usage,
  };
}
