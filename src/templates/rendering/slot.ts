import { type Defaults } from './expression.js';
import {
  customerText,
  own,
  type Expression,
  type Filling,
  type Place,
  type RenderProblem,
} from './filling.js';
import { parameterText } from './parameter-text.js';

/** One value that a template needs, and the names under which it may be given; the first is the usual one. */
export interface TemplateInput extends Place {
  name: string;
  kind: 'text' | 'media' | 'location' | 'product' | 'instant' | 'code' | 'payload' | 'object';
  keys: string[];
  required: boolean;
}

/** Where the slots of a header, body and buttons belong: to the message itself or to one card of it. */
export interface SlotScope {
  card: number | null;
  defaults: Defaults;
  inputs: TemplateInput[];
  /** Meta's id of the catalog of the products, where a value does not name one. */
  catalogId: string | null;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export class Slot {
  private readonly expressions: readonly Expression[];
  private readonly customerPath: readonly string[] | null;

  constructor(
    readonly input: TemplateInput,
    defaults: Defaults,
    /** Named variables fall back to the customer's field of that name. */
    customerField: string | null = null,
  ) {
    this.expressions = input.keys.flatMap((key) => defaults.get(key) ?? []);
    this.customerPath = customerField === null ? null : [customerField];
  }

  text(filling: Filling): string | undefined {
    filling.unfilled.length = 0;
    for (const key of this.input.keys) {
      const text = parameterText(own(filling.variables, key));
      if (text !== undefined) return text;
    }
    for (const expression of this.expressions) {
      const text = parameterText(expression(filling));
      if (text !== undefined) return text;
    }
    return this.customerPath === null ? undefined : customerText(filling.customer, this.customerPath);
  }

  /** Text if there is any, otherwise the object or list as given. */
  value(filling: Filling): unknown {
    const text = this.text(filling);
    if (text !== undefined) return text;
    const given = this.input.keys.map((key) => own(filling.variables, key)).find(isObject);
    if (given !== undefined) return given;
    for (const expression of this.expressions) {
      filling.unfilled.length = 0;
      const value = expression(filling);
      if (isObject(value) && filling.unfilled.length === 0) return value;
    }
    return undefined;
  }

  /** Reports a missing value, and the reason if a campaign value could not be filled either. */
  missing(filling: Filling): void {
    const lacking = [...new Set(filling.unfilled.splice(0))].map((path) => `{{${path}}}`).join(', ');
    const keys = this.input.keys.map((key) => `"${key}"`).join(' or ');
    this.refuse(
      filling,
      'missing',
      lacking === '' ? `give it as ${keys}` : `nothing to fill ${lacking} with`,
    );
  }

  refuse(filling: Filling, reason: RenderProblem['reason'], detail: string): void {
    const { component, index, card, name } = this.input;
    filling.problems.push({ component, index, card, name, reason, detail });
  }
}

export function openSlot(
  scope: SlotScope,
  input: Omit<TemplateInput, 'card' | 'required'> & { required?: boolean },
  customerField: string | null = null,
): Slot {
  const { card } = scope;
  const keys = card === null ? input.keys : input.keys.map((key) => `card.${card}.${key}`);
  // A named variable of a card may have one value for all cards.
  const shared = card !== null && customerField !== null ? [customerField] : [];
  const whole: TemplateInput = { required: true, ...input, card, keys: [...keys, ...shared] };
  scope.inputs.push(whole);
  return new Slot(whole, scope.defaults, customerField);
}
