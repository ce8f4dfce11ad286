import { asInteger, asObject, asText, type JsonObject } from '../json/json-fields.js';

/** An error of Meta, or of a proxy in front of it; the same shape for answers and webhooks. */
export interface GraphError {
  /** null: no Graph error could be read. */
  code: number | null;
  subcode: number | null;
  httpStatus: number | null;
  title: string;
  /** Meta's most specific text. */
  details: string | null;
  type: string | null;
  /** What Meta's support asks for. */
  fbtraceId: string | null;
  isTransient: boolean;
  /** Localised by Meta: for showing, never for branching. */
  userMessage: string | null;
  href: string | null;
}

const MAX_TEXT = 1_000;

const NOTHING: GraphError = {
  code: null,
  subcode: null,
  httpStatus: null,
  title: 'Unknown error',
  details: null,
  type: null,
  fbtraceId: null,
  isTransient: false,
  userMessage: null,
  href: null,
};

/** Meta and proxies echo requests; anything that looks like a credential must not reach a log or a table. */
export function withoutTokens(text: string): string {
  return text
    .replace(/\bEAA[A-Za-z0-9_-]{16,}/g, '[token]')
    .replace(/\bBearer\s+[^\s"'<>]+/gi, 'Bearer [token]')
    .replace(
      /((?:access_token|appsecret_proof|client_secret)["']?\s*[=:]\s*["']?)[^\s"'&<>]+/gi,
      '$1[token]',
    );
}

function clean(value: unknown): string | null {
  const text = asText(value);
  return text === undefined ? null : withoutTokens(text).slice(0, MAX_TEXT);
}

export function transportError(title: string, httpStatus: number | null = null): GraphError {
  return { ...NOTHING, httpStatus, title: withoutTokens(title).slice(0, MAX_TEXT) };
}

/** `(#130429) Rate limit hit` repeats the code that stands beside it. */
function titleOf(error: JsonObject): string {
  const message = clean(error['message']) ?? clean(error['title']);
  return message?.replace(/^\(#\d+\)\s*/, '') ?? NOTHING.title;
}

function readError(error: JsonObject, httpStatus: number | null): GraphError {
  return {
    code: asInteger(error['code']) ?? null,
    subcode: asInteger(error['error_subcode']) ?? null,
    httpStatus,
    title: titleOf(error),
    details: clean(asObject(error['error_data'])?.['details']) ?? clean(error['error_data']),
    type: clean(error['type']),
    fbtraceId: clean(error['fbtrace_id']),
    isTransient: error['is_transient'] === true,
    userMessage: clean(error['error_user_msg']) ?? clean(error['error_user_title']),
    href: clean(error['href']),
  };
}

/** The error inside a parsed answer, or null if there is none. */
export function errorInAnswer(httpStatus: number, answer: unknown): GraphError | null {
  const error = asObject(asObject(answer)?.['error']);
  return error === undefined ? null : readError(error, httpStatus);
}

function describePage(body: string): string {
  const text = body.trim();
  if (text === '') return 'an empty body';
  const heading = /<(title|h1)[^>]*>([^<]{1,200})</i.exec(text)?.[2]?.trim();
  if (heading !== undefined && heading !== '') return `the page "${heading}"`;
  return text.startsWith('<') ? 'a web page' : `an unreadable body (${text.length} characters)`;
}

/** Any HTTP answer that is not a success: Meta's envelope, a proxy's page, an empty body, half a JSON document. */
export function parseGraphError(httpStatus: number, body: string): GraphError {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return transportError(
      `HTTP ${httpStatus} with ${describePage(body)} instead of a Graph error`,
      httpStatus,
    );
  }
  const title = `HTTP ${httpStatus} without a Graph error`;
  return errorInAnswer(httpStatus, answer) ?? transportError(title, httpStatus);
}

/** The flat shape of webhooks: `{ code, title, message, error_data: { details }, href }`. */
export function parseWebhookError(raw: unknown): GraphError {
  const error = asObject(raw);
  return error === undefined ? NOTHING : readError(error, null);
}
