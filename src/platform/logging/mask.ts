/** Names whose values never reach a log, at whatever depth they stand. */
const SECRET_NAMES =
  /^(authorization|x-api-key|x-hub-signature-256|.*token|.*secret|password|key|body|text|payload|cookie)$/i;
const PHONE_NAMES = /^(phone.*|to|from|wa_?id|recipient(_id)?|msisdn)$/i;

// Ten to fifteen digits in a row, with or without a plus: a phone number far more often than anything else
// that is logged. Preceded by a word character or a dash it is a piece of an id and stays.
const PHONE = /(?<![\w-])\+?\d{10,15}(?![\w-])|(?<=%2B)\d{10,15}/gi;
const BEARER = /\b(Bearer\s+|access_token=|hub\.verify_token=)[^\s&"]+/gi;

/** Keeps the country and the last two digits: enough to recognise a case, not enough to call the person. */
export function maskPhone(number: string): string {
  const shown = number.startsWith('+') ? 4 : 3;
  if (number.length <= shown + 2) return '*'.repeat(number.length);
  return number.slice(0, shown) + '*'.repeat(number.length - shown - 2) + number.slice(-2);
}

export function maskText(text: string): string {
  return text.replace(BEARER, '$1[masked]').replace(PHONE, maskPhone);
}

function describeError(error: Error): Record<string, unknown> {
  return {
    type: error.name,
    message: maskText(error.message),
    stack: maskText(error.stack ?? ''),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}

/** A copy of a log record in which secrets, phone numbers and message bodies cannot be read. */
export function maskFields(value: unknown, name = '', depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (SECRET_NAMES.test(name)) return '[masked]';
  if (typeof value === 'string') return PHONE_NAMES.test(name) ? maskPhone(value) : maskText(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    return PHONE_NAMES.test(name) ? maskPhone(value.toString()) : value;
  }
  if (typeof value !== 'object') return '[unprintable]';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return describeError(value);
  if (depth >= 6) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => maskFields(item, name, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, maskFields(inner, key, depth + 1)]),
  );
}
