export interface FieldError {
  field: string;
  message: string;
}

/** Why a call did not succeed: what the API said, or that there was no answer. */
export class Problem extends Error {
  override name = 'Problem';

  constructor(
    /** 0: there was no answer. */
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly requestId: string | undefined,
    readonly errors: readonly FieldError[] = [],
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
  }

  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

interface ProblemBody {
  type?: string;
  detail?: string;
  requestId?: string;
  errors?: FieldError[];
}

export function problemOf(status: number, body: unknown, headers: Headers): Problem {
  const { type = '', detail = '', requestId, errors = [] } = isBody(body) ? body : {};
  const wait = Number(headers.get('retry-after') ?? Number.NaN);
  return new Problem(
    status,
    type.split(':').at(-1) ?? '',
    detail,
    requestId ?? headers.get('x-request-id') ?? undefined,
    errors,
    Number.isFinite(wait) ? wait : undefined,
  );
}

function isBody(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null;
}

/** `recipients.0.phoneNumber` belongs to the control of that name; the first message of a field is shown. */
export function messagesOf(errors: readonly FieldError[]): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const { field, message } of errors) messages[field] ??= sentence(field, message);
  return messages;
}

/** The API names the field at the beginning of many messages; beside the field itself that is once too often. */
function sentence(field: string, message: string): string {
  const rest = message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}${/[.!?]$/.test(rest) ? '' : '.'}`;
}
