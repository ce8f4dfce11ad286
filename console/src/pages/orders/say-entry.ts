import type { OrderWords } from '../../../messages/orders.ts';
import type { Amount } from '../../lib/money.ts';
import type { HistoryEntry } from './orders.query.ts';

type Entry = Pick<HistoryEntry, 'kind' | 'from' | 'to' | 'actor' | 'reason' | 'data'>;

/** One line of the history in words: what happened and why, and who did it unless that was a person of the shop. */
export function sayEntry(entry: Entry, words: OrderWords, say: (amount: Amount) => string): string {
  const { kind, actor, reason } = entry;
  const what = sayWhat(entry, words, say);
  const because = reason === null || reason === '' ? what : words.history.because(what, reason);
  const by = kind === 'created' || kind === 'flags' ? undefined : words.history.by[actor];
  return by === undefined ? because : words.history.with(because, by);
}

function sayWhat(
  { kind, to, actor, data }: Entry,
  words: OrderWords,
  say: (amount: Amount) => string,
): string {
  const { history } = words;
  if (kind === 'created') return history.createdBy[actor] ?? history.created;
  if (kind === 'status') return named(words.status, to);
  if (kind === 'flags') {
    const accepted = texts(data['accepted']);
    const flags = (accepted.length > 0 ? accepted : texts(data['raised'])).map((flag) =>
      named(words.flags.words, flag).replace(/\.$/, ''),
    );
    return accepted.length > 0 ? history.accepted(flags.join('; ')) : history.raised(flags.join('; '));
  }
  if (kind === 'stock') {
    const short = texts(data['short']);
    if (data['released'] === true) return history.released;
    return short.length > 0 ? history.short(short.join(', ')) : history.reserved;
  }
  if (kind === 'payment' && to !== null) return history.payment(say(to));
  if (kind === 'payment_request') {
    const state = words.pay.states[to ?? ''];
    return history.payment_request(state ?? `${named(words.pay.states, 'requested')} ${say(to ?? '')}`);
  }
  if (kind === 'refund') return to === null ? history.units : history.refund(named(words.refund.states, to));
  if (kind === 'fulfillment') return history.fulfillment(unitsIn(data['items']));
  if (kind === 'delivery') return history.delivery;
  if (kind === 'changed') return history.changed;
  return kind === 'resolved' ? history.resolved : kind;
}

/** An older console may meet a newer word: it is shown as it is. */
function named(names: Readonly<Record<string, string>>, name: string | null): string {
  return names[name ?? ''] ?? name ?? '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function unitsIn(items: unknown): number {
  if (!Array.isArray(items)) return 0;
  return items.reduce<number>((sum, item: unknown) => sum + quantityOf(item), 0);
}

function quantityOf(item: unknown): number {
  const isCounted = typeof item === 'object' && item !== null && 'quantity' in item;
  return isCounted && typeof item.quantity === 'number' ? item.quantity : 0;
}
