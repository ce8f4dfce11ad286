import { type CatalogEntry, type Certainty, type ErrorAction, type ErrorScope } from './error-action.js';
import { ERROR_CATALOG } from './error-catalog.js';
import { causeIn } from './explain-details.js';

export interface ReportedError {
  /** null: the answer carried no Graph error (a proxy's page, an empty body). */
  code: number | null;
  httpStatus?: number | null | undefined;
  subcode?: number | null | undefined;
  isTransient?: boolean | undefined;
  /** Meta's own words about this error. Some codes have several causes, which only they tell apart. */
  details?: string | null | undefined;
  /** true: a `failed` status or an error in a webhook; false: the answer to our own request. */
  asynchronous: boolean;
}

export interface Classification {
  entry: CatalogEntry | null;
  title: string;
  explanation: string;
  scope: ErrorScope;
  certainty: Certainty;
  transient: boolean;
  action: ErrorAction;
}

type Verdict = Omit<Classification, 'entry'>;

const EXACT = new Map<number, CatalogEntry>();
const RANGES: { from: number; to: number; entry: CatalogEntry }[] = [];
for (const entry of ERROR_CATALOG) {
  if (typeof entry.code === 'number') EXACT.set(entry.code, entry);
  else RANGES.push({ from: entry.code[0], to: entry.code[1], entry });
}

export function catalogEntry(code: number): CatalogEntry | null {
  return EXACT.get(code) ?? RANGES.find(({ from, to }) => code >= from && code <= to)?.entry ?? null;
}

/** Graph says `100 invalid parameter` for many things; only then does the subcode tell more. */
function entryFor({ code, subcode }: ReportedError): CatalogEntry | null {
  if (code === null) return null;
  const bySubcode = code === 100 && typeof subcode === 'number' ? EXACT.get(subcode) : undefined;
  return bySubcode ?? catalogEntry(code);
}

const UNKNOWN_CODE: Verdict = {
  title: 'Unknown error',
  explanation:
    'Meta refused the message with a code this version does not know. Its title and details say more.',
  scope: 'recipient',
  certainty: 'certainly-not-sent',
  transient: false,
  action: { kind: 'fail' },
};

const NO_CLEAR_ANSWER: Verdict = {
  title: 'No clear answer',
  explanation:
    'Meta, or something on the way to it, failed and the message may have gone out. It is settled by the status webhook.',
  scope: 'meta',
  certainty: 'in-doubt',
  transient: true,
  action: { kind: 'in-doubt' },
};

/** An answer without a known code is classified by its HTTP status alone. */
function judgeByStatus(httpStatus: number): Verdict {
  if (httpStatus === 401) {
    const explanation = 'The access token was not accepted. Store a new one, then resume.';
    const action: ErrorAction = { kind: 'pause-app', recipient: 'requeue' };
    return { ...UNKNOWN_CODE, title: 'Not authenticated', explanation, scope: 'app', action };
  }
  if (httpStatus === 429) {
    const explanation = 'Too many calls. Sending continues automatically at a lower rate.';
    const action: ErrorAction = { kind: 'slow-down', holdMs: 60_000 };
    return { ...UNKNOWN_CODE, title: 'Rate limited', explanation, scope: 'sender', transient: true, action };
  }
  return UNKNOWN_CODE;
}

/** A 5xx may come after the message was accepted: it may stop things, but nothing is resent. */
function soften(action: ErrorAction): ErrorAction {
  return 'recipient' in action ? { ...action, recipient: 'in-doubt' } : { kind: 'in-doubt' };
}

export function classify(reported: ReportedError): Classification {
  const { asynchronous, isTransient = false } = reported;
  const httpStatus = reported.httpStatus ?? 0;
  const entry = entryFor(reported);
  if (entry === null) {
    const mayHaveGone = !asynchronous && (httpStatus >= 500 || httpStatus === 408 || isTransient);
    const verdict = mayHaveGone ? NO_CLEAR_ANSWER : asynchronous ? UNKNOWN_CODE : judgeByStatus(httpStatus);
    return { entry, ...verdict };
  }
  const { title, scope } = entry;
  const explanation = causeIn(reported.code, reported.details) ?? entry.explanation;
  const transient = entry.transient || isTransient;
  const said = { entry, title, explanation, scope, transient };
  if (asynchronous) return { ...said, certainty: 'certainly-not-sent', action: entry.asynchronous };
  if (httpStatus >= 500) return { ...said, certainty: 'in-doubt', action: soften(entry.synchronous) };
  return { ...said, certainty: entry.certainty, action: entry.synchronous };
}
