import { AVAILABILITIES, type Availability, CONDITIONS, type Condition } from '../products/product-fields.js';

// The forms in which values stand in the cells of product files: ours and those of Meta's feeds. A reader returns
// undefined for what it cannot read.

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];
/** With its zone: without one, the moment would depend on where we run. */
const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i;
const PRICE = /^(?:([A-Z]{3})\s*)?([\d.]+)(?:\s*([A-Z]{3}))?$/i;
const SEPARATOR = '|';

const FEED_AVAILABILITIES: Readonly<Record<string, Availability>> = {
  available_for_order: 'preorder',
  discontinued: 'out_of_stock',
};
const FEED_CONDITIONS: Readonly<Record<string, Condition>> = {
  used_like_new: 'used',
  used_good: 'used',
  used_fair: 'used',
};

export function readAvailability(text: string): Availability | undefined {
  const word = wordOf(text);
  return AVAILABILITIES.find((known) => known === word) ?? FEED_AVAILABILITIES[word];
}

export function readCondition(text: string): Condition | undefined {
  const word = wordOf(text);
  return CONDITIONS.find((known) => known === word) ?? FEED_CONDITIONS[word];
}

export function readFlag(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

/** `45000.00` or `45000.00 INR`. The rule for prices refuses everything else. */
export function readPrice(text: string): { amount: string; currency: string | undefined } {
  const [, before, amount, after] = PRICE.exec(text) ?? [];
  if (amount === undefined || (before !== undefined && after !== undefined)) {
    return { amount: text, currency: undefined };
  }
  return { amount, currency: (before ?? after)?.toUpperCase() };
}

export function readInstant(text: string): string | undefined {
  const [, day, minute, second = ':00', zone = ''] = INSTANT.exec(text) ?? [];
  if (day === undefined || minute === undefined) return undefined;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(/^(...):?(..)$/, '$1:$2');
  const at = new Date(`${day}T${minute}${second}${offset}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** `start/end`, as the sale_price_effective_date of a feed. */
export function readPeriod(text: string): { start: string; end: string } | undefined {
  const [first = '', second = '', ...rest] = text.split('/').map((part) => part.trim());
  const [start, end] = [readInstant(first), readInstant(second)];
  return start === undefined || end === undefined || rest.length > 0 ? undefined : { start, end };
}

export function readWhole(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Joined by `|`, or JSON; in feeds by commas, which an address there must not contain. */
export function readList(text: string, form: 'own' | 'feed'): string[] | undefined {
  if (text.startsWith('[')) {
    const list = parsed(text);
    return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : undefined;
  }
  return text
    .split(form === 'feed' && !text.includes(SEPARATOR) ? ',' : SEPARATOR)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

export function writeList(entries: readonly string[]): string {
  const isPlain = entries.every(
    (entry) => entry !== '' && entry === entry.trim() && !entry.includes(SEPARATOR),
  );
  return isPlain && entries[0]?.startsWith('[') !== true ? entries.join(SEPARATOR) : JSON.stringify(entries);
}

export function readObject(text: string): Record<string, unknown> | undefined {
  const value = parsed(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** JSON, or `duration=5 days; accommodation=Premium`; in feeds `duration:5 days,accommodation:Premium`. */
export function readOptions(text: string, form: 'own' | 'feed'): Record<string, unknown> | undefined {
  if (text.startsWith('{')) return readObject(text);
  const [between, within] = form === 'feed' ? [',', ':'] : [';', '='];
  const pairs = text
    .split(between)
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const at = pair.indexOf(within);
      return at === -1 ? undefined : ([pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const);
    });
  const whole = pairs.filter((pair) => pair !== undefined);
  const names = new Set(whole.map(([name]) => name));
  return whole.length < pairs.length || names.size < pairs.length ? undefined : Object.fromEntries(whole);
}

function wordOf(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, '_');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
