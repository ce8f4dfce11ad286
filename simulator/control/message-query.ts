import { DomainError } from '../../src/rules/errors/domain-error.js';
import type { MessageFilter } from '../messages/message-log.js';

const KNOWN = ['to', 'callback', 'template', 'limit', 'after', 'order'];
const MOST = 1_000;

/** `?to=&callback=&template=&order=oldest|newest&limit=&after=` */
export function parseMessageQuery(query: Record<string, unknown>): MessageFilter {
  const unknown = Object.keys(query).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw refused(`${unknown} is unknown; use one of ${KNOWN.join(', ')}`);
  const order = word(query.order) ?? 'newest';
  if (order !== 'newest' && order !== 'oldest') throw refused('order must be newest or oldest');
  return {
    to: word(query.to)?.replace(/^ /, '+'),
    callback: word(query.callback),
    template: word(query.template),
    after: whole(query.after, 'after', 0, Number.MAX_SAFE_INTEGER),
    limit: whole(query.limit, 'limit', 1, MOST) ?? 50,
    oldestFirst: order === 'oldest',
  };
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function whole(value: unknown, name: string, min: number, max: number): number | undefined {
  if (word(value) === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw refused(`${name} must be a whole number from ${min} to ${max}`);
  }
  return number;
}

function refused(detail: string): DomainError {
  return new DomainError('invalid', 'invalid_query', `This query cannot be used: ${detail}.`);
}
