import type { Parameter } from './wizard.query.ts';

/** Where the value of a blank comes from. */
export type Filling =
  | { source: 'same'; text: string }
  | { source: 'customer' | 'column'; path: string; fallback: string }
  /** Something that only the API can write, such as a list of products. */
  | { source: 'other' };

const WHOLE = /^\{\{([^{}|]+)(?:\|([^{}]*))?\}\}$/;
const OF_CUSTOMER = 'customer.';

/** Undefined: nothing is set. */
export function readFilling(value: unknown): Filling | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return { source: 'same', text: String(value) };
  if (typeof value !== 'string') return { source: 'other' };
  const [, path, fallback = ''] = WHOLE.exec(value) ?? [];
  if (path === undefined) return { source: 'same', text: value };
  const name = path.trim();
  return name.startsWith(OF_CUSTOMER)
    ? { source: 'customer', path: name.slice(OF_CUSTOMER.length), fallback }
    : { source: 'column', path: name, fallback };
}

/** As the API takes it: `{{customer.name|there}}`. Undefined: nothing. */
export function writeFilling(filling: Exclude<Filling, { source: 'other' }>): string | undefined {
  if (filling.source === 'same') return filling.text === '' ? undefined : filling.text;
  const fallback = filling.fallback.replace(/[{}|]/g, '').trim();
  const path = filling.source === 'customer' ? OF_CUSTOMER + filling.path : filling.path;
  return fallback === '' ? `{{${path}}}` : `{{${path}|${fallback}}}`;
}

/** What the values of a campaign make of a blank, under whichever of its names they give it. */
export function valueOf({ keys }: Parameter, values: Readonly<Record<string, unknown>> | null): unknown {
  const key = keys.find((name) => Object.hasOwn(values ?? {}, name));
  return key === undefined ? undefined : values?.[key];
}

/** The values with one blank changed. */
export function withValue(
  { keys }: Parameter,
  values: Readonly<Record<string, unknown>> | null,
  value: string | undefined,
): Record<string, unknown> | null {
  const [key = ''] = keys;
  const others = Object.entries(values ?? {}).filter(([name]) => !keys.includes(name));
  const changed = Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
  return Object.keys(changed).length === 0 ? null : changed;
}

/** A detail of a customer: a field of its own, or a path into the attributes. */
export function detailOf(customer: Readonly<Record<string, unknown>>, path: string): string | undefined {
  const walk = (from: unknown): unknown =>
    path.split('.').reduce((at, step) => (isObject(at) ? at[step] : undefined), from);
  return textOf(walk(customer)) ?? textOf(walk(customer['attributes']));
}

/** The values that the message of a customer needs, for a customer who is not a recipient yet. */
export function valuesFor(
  parameters: readonly Parameter[],
  values: Readonly<Record<string, unknown>> | null,
  customer: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const found = parameters.flatMap((parameter) => {
    const filling = readFilling(valueOf(parameter, values));
    if (filling?.source !== 'customer') return [];
    const text = detailOf(customer, filling.path) ?? (filling.fallback === '' ? undefined : filling.fallback);
    return text === undefined ? [] : [[parameter.keys[0] ?? '', text] as const];
  });
  return Object.fromEntries(found);
}

/** The names of all details with a text or a number, a few levels deep. */
export function pathsIn(attributes: unknown, prefix = '', depth = 3): string[] {
  if (!isObject(attributes)) return [];
  return Object.entries(attributes).flatMap(([name, value]) => {
    if (/[.{}|]/.test(name)) return [];
    if (textOf(value) !== undefined) return [prefix + name];
    return depth > 1 ? pathsIn(value, `${prefix}${name}.`, depth - 1) : [];
  });
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
