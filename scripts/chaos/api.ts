import { randomUUID } from 'node:crypto';
import type { Patience } from './patience.ts';

const ANSWER_MS = 20_000;
const RETRY_MS = 250;
/** Statuses that mean "not now": an outage around the API, or the first of two equal requests still in progress. */
const PASSING = new Set([429, 502, 503]);

export interface Answer<T> {
  status: number;
  body: T;
}

interface Problem {
  type?: string;
  detail?: string;
}

/** The answer to a POST was lost with the process that gave it; its effect can be read. */
export class AnswerLost extends Error {}

/**
 * Calls an API whose processes are killed during the run. Failed calls are retried, a POST under the same
 * Idempotency-Key, so that it takes effect once.
 */
export class Api {
  /** Answers that no outage excuses. */
  readonly serverErrors: string[] = [];
  private readonly url: string;
  private readonly key: string;
  private readonly patience: Patience;

  constructor(url: string, key: string, patience: Patience) {
    this.url = url;
    this.key = key;
    this.patience = patience;
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, body);
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const request = {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const answer = await this.patience.until({
      what: `${method} ${path} is answered`,
      everyMs: RETRY_MS,
      look: () => this.ask<T>(path, request),
      holds: ({ status, body: said }) => !this.comesLater(`${method} ${path}`, status, said as Problem),
    });
    if (answer.status < 300) return answer.body;
    const { type = '', detail = '' } = answer.body as Problem;
    const message = `${method} ${path} answered ${answer.status}: ${detail || type}`;
    throw type.endsWith(':idempotency_answer_lost') ? new AnswerLost(message) : new Error(message);
  }

  private async ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_MS), this.patience.signal]);
    const response = await fetch(this.url + path, { ...request, signal });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T };
  }

  private comesLater(call: string, status: number, { type = '', detail = '' }: Problem): boolean {
    if (status === 500) this.serverErrors.push(`${call}: ${detail || type}`);
    return (
      PASSING.has(status) || status === 500 || (status === 409 && type.endsWith(':idempotency_in_progress'))
    );
  }
}
