import { customerText, variableText, type Expression, type Filling } from './filling.js';
import { parameterText } from './parameter-text.js';

/** Campaign-wide values by name, for placeholders without a value of the recipient. */
export type Defaults = ReadonlyMap<string, Expression>;

interface Placeholder {
  path: string;
  steps: string[];
  ofCustomer: boolean;
  fallback: string | undefined;
}

const PLACEHOLDER = /\{\{([^{}|]+)(?:\|([^{}]*))?\}\}/g;
const NO_DEFAULTS: Defaults = new Map();

function placeholder(written: string, fallback: string | undefined): Placeholder {
  const path = written.trim();
  const steps = path.split('.');
  const ofCustomer = steps.length > 1 && steps[0] === 'customer';
  return {
    path,
    steps: ofCustomer ? steps.slice(1) : steps,
    ofCustomer,
    // `{{name|}}` allows an empty value.
    fallback: fallback === undefined ? undefined : (parameterText(fallback) ?? ''),
  };
}

function campaignText(path: string, filling: Filling, defaults: Defaults): string | undefined {
  const before = filling.unfilled.length;
  const text = parameterText(defaults.get(path)?.(filling));
  if (text === undefined) filling.unfilled.length = before;
  return text;
}

/** Recipient, then campaign, then customer, then the fallback written beside the name. */
function resolve(hole: Placeholder, filling: Filling, defaults: Defaults): string | undefined {
  const given = hole.ofCustomer
    ? undefined
    : (variableText(filling.variables, hole.path, hole.steps) ?? campaignText(hole.path, filling, defaults));
  return given ?? customerText(filling.customer, hole.steps) ?? hole.fallback;
}

export function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) !== -1;
}

/** The names in the placeholders of a text. */
export function placeholderPaths(text: string): string[] {
  return Array.from(text.matchAll(PLACEHOLDER), ([, path = '']) => path.trim());
}

/**
 * Compiles a text of the campaign's author, `Hi {{name|there}}`. Inserted values are never expanded again, so a
 * recipient named `{{customer.email}}` gets exactly that.
 */
export function compileText(
  source: string,
  defaults: Defaults = NO_DEFAULTS,
): (filling: Filling) => string | undefined {
  const literals: string[] = [];
  const placeholders: Placeholder[] = [];
  let end = 0;
  for (const match of source.matchAll(PLACEHOLDER)) {
    literals.push(source.slice(end, match.index));
    placeholders.push(placeholder(match[1] ?? '', match[2]));
    end = match.index + match[0].length;
  }
  const last = source.slice(end);
  if (placeholders.length === 0) return () => source;
  return (filling) => {
    let text = '';
    let complete = true;
    for (const [i, hole] of placeholders.entries()) {
      const value = resolve(hole, filling, defaults);
      if (value === undefined) {
        complete = false;
        filling.unfilled.push(hole.path);
      } else text += (literals[i] ?? '') + value;
    }
    return complete ? text + last : undefined;
  };
}

type Node = { fixed: true; value: unknown } | { fixed: false; fill: Expression };

function compileNode(source: unknown, defaults: Defaults): Node {
  if (typeof source === 'string') {
    if (!hasPlaceholder(source)) return { fixed: true, value: source };
    const text = compileText(source, defaults);
    return { fixed: false, fill: (filling) => text(filling) ?? source };
  }
  if (typeof source !== 'object' || source === null) return { fixed: true, value: source };
  const entries = Object.entries(source).map(([key, value]) => [key, compileNode(value, defaults)] as const);
  if (entries.every(([, node]) => node.fixed)) return { fixed: true, value: source };
  const fillEntries = (filling: Filling): [string, unknown][] =>
    entries.map(([key, node]) => [key, node.fixed ? node.value : node.fill(filling)]);
  // fromEntries defines, where an assignment to the key __proto__ would change the prototype.
  return Array.isArray(source)
    ? { fixed: false, fill: (filling) => fillEntries(filling).map(([, value]) => value) }
    : { fixed: false, fill: (filling) => Object.fromEntries(fillEntries(filling)) };
}

/**
 * Any JSON of the campaign's author with placeholders in its strings; everything else passes through unchanged. A
 * string that cannot be filled stays as written, and its placeholders are listed in `unfilled`.
 */
export function compileJson(source: unknown, defaults: Defaults = NO_DEFAULTS): Expression {
  const node = compileNode(source, defaults);
  return node.fixed ? () => node.value : node.fill;
}

export function compileDefaults(values: unknown): Defaults {
  const positions = Array.isArray(values);
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  return new Map(
    entries.map(([name, value]: [string, unknown]) => [
      positions ? String(Number(name) + 1) : name,
      typeof value === 'string' ? compileText(value) : compileJson(value),
    ]),
  );
}
