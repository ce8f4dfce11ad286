import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Business, Businesses } from '../business.js';
import { asText, isObject, type JsonObject } from '../json.js';
import type { RateMeter } from '../messages/rate-meter.js';
import type { RefusalCount } from '../messages/refusal-count.js';
import type { SendDesk } from '../messages/send-desk.js';
import type { SendLimits } from '../messages/send-limits.js';
import { NO_BODY, ParsedBody } from '../parsed-body.js';
import type { ScenarioBook } from '../scenario/scenario-book.js';
import type { Timeline } from '../timeline.js';
import type { BoundKind, GraphCall, GraphMethod } from './graph-call.js';
import { errorAnswer, GraphError, unknownField, unknownObject } from './graph-error.js';

interface GraphParts {
  businesses: Businesses;
  book: ScenarioBook;
  timeline: Timeline;
  desk: SendDesk;
  limits: SendLimits;
  refusals: RefusalCount;
  meter: RateMeter;
}

const JSON_TYPE = 'application/json; charset=UTF-8';
const CURRENT_VERSION = 26;
/** Resumable uploads say `OAuth`. */
const SCHEMES = ['Bearer ', 'OAuth '];

/** Everything under Graph's own paths: checks the caller, finds the object and edge, and answers. */
export function graphRoutes(app: FastifyInstance, parts: GraphParts, kinds: BoundKind[]): void {
  const { businesses, book, desk, limits, meter, refusals, timeline } = parts;

  /** The business that the token of the request belongs to. */
  function authorize(request: FastifyRequest): Business {
    const { authorization } = request.headers;
    const scheme = SCHEMES.find((one) => authorization?.startsWith(one) === true);
    const token = scheme === undefined ? undefined : authorization?.slice(scheme.length);
    const caller =
      businesses.ofToken(token ?? '') ?? businesses.ofToken(asText(paramsOf(request).access_token) ?? '');
    if (caller !== undefined) return caller;
    throw new GraphError(190, undefined, {
      plain: { message: 'Invalid OAuth access token - Cannot parse access token', type: 'OAuthException' },
    });
  }

  function whenDue(action: () => void): void {
    const { min, max } = book.current.latencyMs;
    if (max === 0) action();
    else timeline.after(min + Math.random() * (max - min), action);
  }

  function send(request: FastifyRequest, reply: FastifyReply, marketingApi: boolean): void {
    try {
      const caller = authorize(request);
      const { id } = request.params as { id: string };
      const phone = caller.phone(id);
      if (phone === undefined) throw unknownObject('POST', id);
      const { text, value } = request.body instanceof ParsedBody ? request.body : NO_BODY;
      const answer = desk.take(phone, isObject(value) ? value : {}, text, marketingApi);
      meter.hit(performance.now());
      whenDue(() => {
        if (answer === 'cut the connection') cut(request, reply);
        else void reply.header('content-type', JSON_TYPE).send(answer.body);
      });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      refusals.add(error.code);
      whenDue(() => {
        sendError(reply, error);
      });
    }
  }

  async function ask(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const call = callOf(request, authorize(request));
    const kind = kinds.find((one) => one.knows(call));
    if (kind === undefined) throw unknownObject(call.method, call.id);
    if (kind.isManaged) {
      const used = limits.countManagementCall(book.current.rateLimits.managementPerHour);
      void reply.header('x-business-use-case-usage', usageHeader(call.caller.wabaId, used));
    }
    const answer = await kind.answer(call);
    void reply.header('content-type', JSON_TYPE);
    return answer;
  }

  app.post('/:id/messages', (request, reply) => {
    send(request, reply, false);
  });
  app.post('/:id/marketing_messages', (request, reply) => {
    send(request, reply, true);
  });
  app.route({ method: ['GET', 'POST', 'DELETE'], url: '/*', handler: ask });
}

export function sendError(reply: FastifyReply, error: GraphError): void {
  void reply
    .code(error.status)
    .headers(error.extras.headers ?? {})
    .header('content-type', JSON_TYPE)
    .send(errorAnswer(error));
}

export function cut(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function callOf(request: FastifyRequest, caller: Business): GraphCall {
  const path = request.originalUrl.split('?')[0] ?? '';
  const [id = '', edge, deeper] = withoutVersion(path).slice(1).split('/').map(decodeSegment);
  if (deeper !== undefined && deeper !== '') throw unknownField(deeper, 'Object');
  return {
    method: request.method as GraphMethod,
    caller,
    id,
    edge: edge === '' ? undefined : edge,
    params: paramsOf(request),
    version: Number(/^\/v(\d+)\.\d+\//.exec(path)?.[1] ?? CURRENT_VERSION),
    url: `${request.protocol}://${request.host}${path}`,
  };
}

/** A single segment: an encoded slash inside an id must not look like an edge. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function paramsOf(request: FastifyRequest): JsonObject {
  const query = request.query as Record<string, unknown>;
  const body = request.body instanceof ParsedBody && isObject(request.body.value) ? request.body.value : {};
  return { ...query, ...body };
}

function usageHeader(wabaId: string, used: number): string {
  const usage = {
    type: 'whatsapp_business_management',
    call_count: used,
    total_cputime: 1,
    total_time: 1,
    estimated_time_to_regain_access: used > 100 ? 60 : 0,
  };
  return JSON.stringify({ [wabaId]: [usage] });
}

/** `/v25.0/123/messages` and `/123/messages` are the same place. */
export function withoutVersion(url: string): string {
  return /^\/v\d+\.\d+\//.test(url) ? url.slice(url.indexOf('/', 1)) : url;
}
