/**
 * The segment grammar a second time, from docs/segments.md and without a look at the compiler: plain JavaScript over
 * one customer. The database must agree with it.
 */
export interface CustomerInMemory {
  columns: Record<string, string | boolean | string[] | null>;
  attributes: Record<string, unknown>;
  orders: {
    status: string;
    total: number;
    createdAt: string;
    items: { sku: string; name: string }[];
  }[];
  campaigns: {
    campaignId: string;
    deliveredAt: string | null;
    readAt: string | null;
    respondedAt: string | null;
    clickedAt: string | null;
  }[];
}

interface Query {
  logic?: string;
  conditions?: Query[];
  field?: string;
  operator?: string;
  value?: unknown;
  window?: unknown;
  not?: boolean;
}

const SPELLINGS: Record<string, string> = {
  phoneNumber: 'whatsapp_phone',
  name: 'display_name',
  customerTier: 'customer_tier',
  isActive: 'is_active',
  marketingOptInAt: 'marketing_opt_in_at',
  lastInboundAt: 'last_inbound_at',
  createdAt: 'created_at',
};
const OPPOSITE: Record<string, string> = {
  ne: 'eq',
  notIn: 'in',
  notContains: 'contains',
  notExists: 'exists',
  notWithinLast: 'withinLast',
};

type Check = (value: unknown) => boolean;

export function isInSegment(query: Query, customer: CustomerInMemory, now: Date): boolean {
  const { conditions = [] } = query;
  const isAttribute = ({ field }: Query): boolean =>
    field !== undefined &&
    !/^(orders|campaigns)[.]/.test(field) &&
    !((SPELLINGS[field] ?? field) in customer.columns);
  const answers =
    query.logic === 'OR'
      ? conditions.map((node) =>
          isAttribute(node) ? attributesMatch([node], customer, now) : nodeHolds(node, customer, now),
        )
      : [
          attributesMatch(conditions.filter(isAttribute), customer, now),
          ...conditions.filter((node) => !isAttribute(node)).map((node) => nodeHolds(node, customer, now)),
        ];
  const holds = query.logic === 'OR' ? answers.some(Boolean) : answers.every(Boolean);
  return holds !== (query.not ?? false);
}

function nodeHolds(node: Query, customer: CustomerInMemory, now: Date): boolean {
  if (node.conditions !== undefined) return isInSegment(node, customer, now);
  const { operator, denied } = positive(node);
  return conditionHolds({ ...node, operator }, customer, now) !== denied;
}

function positive(node: Query): { operator: string; denied: boolean } {
  const { operator = '', not = false } = node;
  const opposite = OPPOSITE[operator];
  return { operator: opposite ?? operator, denied: (opposite !== undefined) !== not };
}

function conditionHolds(node: Query, customer: CustomerInMemory, now: Date): boolean {
  const { field = '', operator = '', value } = node;
  if (field.startsWith('orders.')) return ordersHold(field.slice(7), node, customer, now);
  if (field.startsWith('campaigns.')) return campaignsHold(field.slice(10), node, customer, now);
  const content = customer.columns[SPELLINGS[field] ?? field] ?? null;
  if (Array.isArray(content)) {
    if (operator === 'exists') return content.length > 0;
    if (operator === 'contains') return content.includes(String(value));
    return content.some((tag) => textCheck(operator, value)(tag));
  }
  if (content === null) return false;
  if (operator === 'exists') return true;
  if (field.endsWith('At')) return dateCheck(operator, value, now)(content);
  if (typeof content === 'boolean') return content === value;
  return textCheck(operator, value)(content);
}

function ordersHold(measure: string, node: Query, customer: CustomerInMemory, now: Date): boolean {
  const { operator = '', value } = node;
  const since = node.window === undefined ? -Infinity : ago(node.window, now);
  const bought = customer.orders.filter(
    ({ status, createdAt }) => !['cancelled', 'refunded'].includes(status) && Date.parse(createdAt) >= since,
  );
  switch (measure) {
    case 'count':
      return numberCheck(operator, value)(bought.length);
    case 'total':
      return numberCheck(operator, value)(bought.reduce((sum, { total }) => sum + total, 0));
    case 'lastAt': {
      const last = bought.map(({ createdAt }) => createdAt).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
      if (last === undefined) return false;
      return operator === 'exists' || dateCheck(operator, value, now)(last);
    }
    default:
      return bought
        .flatMap(({ items }) => items)
        .some(
          ({ sku, name }) =>
            operator === 'exists' || [sku, name].some((text) => textCheck(operator, value)(text)),
        );
  }
}

function campaignsHold(event: string, node: Query, customer: CustomerInMemory, now: Date): boolean {
  const { operator = '', value } = node;
  const since = node.window === undefined ? -Infinity : ago(node.window, now);
  const events = customer.campaigns.flatMap((sent) => {
    const at = {
      received: sent.deliveredAt ?? sent.readAt,
      read: sent.readAt,
      responded: sent.respondedAt,
      clicked: sent.clickedAt,
    }[event];
    return at === null || at === undefined || Date.parse(at) < since ? [] : [{ at, id: sent.campaignId }];
  });
  if (operator === 'exists') return events.length > 0;
  if (typeof value === 'boolean') return events.length > 0 === value;
  const [first] = [value].flat();
  if (asNumber(first) !== undefined && operator !== 'withinLast')
    return numberCheck(operator, value)(events.length);
  if (operator === 'eq' || operator === 'in') return events.some(({ id }) => [value].flat().includes(id));
  return events.some(({ at }) => dateCheck(operator, value, now)(at));
}

interface Open {
  path: string[];
  check: Check;
  denied: boolean;
}

function attributesMatch(nodes: Query[], { attributes }: CustomerInMemory, now: Date): boolean {
  const open = nodes.map((node) => {
    const { operator, denied } = positive(node);
    const names = (node.field ?? '').match(/"(?:[^"\\]|\\.)*"|[^."]+/g) ?? [];
    const path = names.map((name) => (name.startsWith('"') ? (JSON.parse(name) as string) : name));
    return {
      path: path[0] === 'attributes' ? path.slice(1) : path,
      check: attributeCheck(operator, node.value, now),
      denied,
    };
  });
  return elementMatches(attributes, open);
}

/** Everything required of one element: its own values, and below each name an element that has them all. */
function elementMatches(element: unknown, open: Open[]): boolean {
  const own = open.filter(({ path }) => path.length === 0);
  if (!own.every(({ check, denied }) => elements(element).some(check) !== denied)) return false;
  const names = [...new Set(open.flatMap(({ path }) => path.slice(0, 1)))];
  return names.every((name) => {
    const below = elements(element)
      .filter(isObject)
      .flatMap((value) => (Object.hasOwn(value, name) ? elements(value[name]) : []));
    const asked = open
      .filter(({ path }) => path[0] === name)
      .map((one) => ({ ...one, path: one.path.slice(1) }));
    if (asked.some(({ denied }) => !denied)) return below.some((value) => elementMatches(value, asked));
    return asked.every((one) => !below.some((value) => elementMatches(value, [{ ...one, denied: false }])));
  });
}

const elements = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function attributeCheck(operator: string, value: unknown, now: Date): Check {
  switch (operator) {
    case 'exists':
      return (stored) => stored !== null;
    case 'eq':
    case 'in':
      return (stored) =>
        (operator === 'in' ? (value as unknown[]) : [value]).some((one) => isSame(one, stored));
    case 'contains':
    case 'startsWith':
      return textCheck(operator, value);
    case 'before':
    case 'after':
    case 'withinLast':
      return dateCheck(operator, value, now);
    default: {
      const limits = [value].flat();
      if (limits.every((limit) => asNumber(limit) !== undefined)) return numberCheck(operator, value);
      if (limits.every((limit) => typeof limit === 'string' && dayOrTime(limit, now) !== undefined))
        return dateCheck(operator, value, now);
      return textCheck(operator, value);
    }
  }
}

function isSame(given: unknown, stored: unknown): boolean {
  if (given === stored) return true;
  if (typeof given === 'boolean') return stored === String(given);
  if (typeof given === 'number') return typeof stored === 'string' && asNumber(stored) === given;
  if (typeof stored === 'boolean') return given === String(stored);
  return typeof stored === 'number' && asNumber(given) === stored;
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?(0|[1-9]\d{0,10})(\.\d{1,4})?$/.test(value)
    ? Number(value)
    : undefined;
}

function numberCheck(operator: string, value: unknown): Check {
  const limits = [value].flat().map((limit) => asNumber(limit) ?? Number.NaN);
  return (stored) => {
    const number = asNumber(stored);
    return number !== undefined && ordered(operator, limits, (limit) => number - limit);
  };
}

function textCheck(operator: string, value: unknown): Check {
  const limits = [value].flat().map(String);
  return (stored) => {
    if (typeof stored !== 'string') return false;
    const [text = ''] = limits;
    if (operator === 'contains') return stored.toLowerCase().includes(text.toLowerCase());
    if (operator === 'startsWith') return stored.toLowerCase().startsWith(text.toLowerCase());
    return ordered(operator, limits, (limit) => Buffer.compare(Buffer.from(stored), Buffer.from(limit)));
  };
}

function ordered<T>(operator: string, limits: T[], difference: (limit: T) => number): boolean {
  const [one = Number.NaN, two = Number.NaN] = limits.map(difference);
  switch (operator) {
    case 'eq':
    case 'in':
      return limits.some((limit) => difference(limit) === 0);
    case 'gt':
      return one > 0;
    case 'gte':
      return one >= 0;
    case 'lt':
      return one < 0;
    case 'lte':
      return one <= 0;
    default:
      return one >= 0 && two <= 0;
  }
}

function dateCheck(operator: string, value: unknown, now: Date): Check {
  return (stored) => {
    const at = typeof stored === 'string' ? dayOrTime(stored, now, false)?.[0] : undefined;
    if (at === undefined) return false;
    if (operator === 'withinLast') return at >= ago(value, now) && at <= now.getTime();
    const limits = [value].flat().map((limit) => dayOrTime(String(limit), now) ?? [Number.NaN, Number.NaN]);
    const [[start, end], [, last] = [0, 0]] = limits as [[number, number], [number, number]?];
    switch (operator) {
      case 'after':
      case 'gt':
        return at > end;
      case 'gte':
        return at >= start;
      case 'before':
      case 'lt':
        return at < start;
      case 'lte':
        return at <= end;
      default:
        return at >= start && at <= last;
    }
  };
}

/** The first and the last millisecond of what is meant. */
function dayOrTime(text: string, now: Date, relative = true): [number, number] | undefined {
  const [word, sign, amount] = /^now(?:([+-])(\d+)d)?$/.exec(text) ?? [];
  if (relative && word !== undefined) {
    const at = now.getTime() + (amount === undefined ? 0 : Number(`${sign ?? ''}${amount}`) * 86_400_000);
    return [at, at];
  }
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  if (time === undefined) return [midnight, midnight + 86_400_000 - 1];
  const at = Date.parse(`${day}T${time}${zone ?? 'Z'}`);
  return Number.isNaN(at) ? undefined : [at, at];
}

function ago(length: unknown, now: Date): number {
  const days = typeof length === 'number' ? length : Number(/\d+/.exec(JSON.stringify(length))?.[0]);
  return now.getTime() - days * 86_400_000;
}
