import { setImmediate as nextTurn } from 'node:timers/promises';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { FieldError } from '../../rules/errors/domain-error.js';
import { fieldErrors } from './field-errors.js';

/** Items checked before other requests get their turn: some 10 ms. */
const ITEMS_A_TURN = 200;
/** Listing more mistakes does not help the caller, and 100,000 of them would be 7 MB. */
export const MAX_ERRORS = 50;

interface LongList {
  property: string;
  item: () => new () => object;
  minItems: number;
  maxItems: number;
}

const LISTS = new WeakMap<object, LongList[]>();

/** Remembers a list that may hold so much that it is checked in bites: see `takeLongLists`. */
export function declareLongList(prototype: object, list: LongList): void {
  LISTS.set(prototype, [...(LISTS.get(prototype) ?? []), list]);
}

function listsOf(type: new () => object): LongList[] {
  const found: LongList[] = [];
  for (
    let prototype: object | null = type.prototype as object;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    found.push(...(LISTS.get(prototype) ?? []));
  }
  return found;
}

/** The body without its long lists, and the lists with their items checked. */
export interface TakenLists {
  rest: unknown;
  lists: Record<string, unknown[]>;
  errors: FieldError[];
}

/**
 * Takes the long lists out of a body before the whole is turned into its class, which would hold up every other request
 * for seconds. The length is judged first; the items are checked a few at a time, and the check ends with the 50th
 * mistake.
 */
export async function takeLongLists(type: new () => object, body: unknown): Promise<TakenLists> {
  const taken: TakenLists = { rest: body, lists: {}, errors: [] };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return taken;
  for (const list of listsOf(type)) {
    const { property, minItems, maxItems } = list;
    const items = (body as Record<string, unknown>)[property];
    if (!Array.isArray(items)) continue;
    if (items.length < minItems || items.length > maxItems) {
      const bound = items.length > maxItems ? `at most ${maxItems}` : `at least ${minItems}`;
      taken.errors.push({ field: property, message: `must contain ${bound} elements` });
      continue;
    }
    const { checked, errors } = await checkItems(list, items as unknown[]);
    taken.lists[property] = checked;
    taken.errors.push(...errors);
    taken.rest = { ...(taken.rest as object), [property]: [] };
  }
  return taken;
}

async function checkItems(
  { property, item }: LongList,
  items: readonly unknown[],
): Promise<{ checked: unknown[]; errors: FieldError[] }> {
  const checked: unknown[] = [];
  const errors: FieldError[] = [];
  const type = item();
  for (const [index, plain] of items.entries()) {
    if (index > 0 && index % ITEMS_A_TURN === 0) await nextTurn();
    const field = `${property}.${index}`;
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
      errors.push({ field, message: 'must be an object' });
    } else {
      const instance = plainToInstance<object, object>(type, plain);
      const found = await validate(instance, {
        whitelist: true,
        forbidNonWhitelisted: true,
        stopAtFirstError: true,
      });
      if (found.length > 0) errors.push(...fieldErrors(found, field));
      checked.push(instance);
    }
    if (errors.length >= MAX_ERRORS) break;
  }
  return { checked, errors };
}
