import { parameterText } from './parameter-text.js';

/** Where in the message a value belongs. */
export interface Place {
  component: 'header' | 'body' | 'button' | 'offer' | 'components';
  /** Position of the parameter in the body, or of the button among all buttons. */
  index: number | null;
  card: number | null;
}

export interface RenderProblem extends Place {
  /** The variable, or the part of the message, that causes the problem. */
  name: string;
  reason: 'missing' | 'too-long' | 'invalid';
  detail: string;
}

/** The values of one recipient. They are data: braces in them are never expanded. */
export interface RecipientValues {
  /** An object, or for positional templates an array; as stored. */
  variables?: unknown;
  customer?: unknown;
}

/** A campaign value that may hold placeholders; undefined: one of them could not be filled. */
export type Expression = (filling: Filling) => unknown;

/** One rendering under way. */
export interface Filling {
  variables: unknown;
  customer: unknown;
  problems: RenderProblem[];
  /** Placeholders without a value, for the problem report. */
  unfilled: string[];
}

export function startFilling({ variables, customer }: RecipientValues): Filling {
  const byPosition = Array.isArray(variables)
    ? Object.fromEntries(variables.map((value: unknown, index) => [String(index + 1), value]))
    : variables;
  return { variables: byPosition, customer, problems: [], unfilled: [] };
}

/** Own properties only: `constructor` and `__proto__` of the object are not variables. */
export function own(source: unknown, key: string): unknown {
  return typeof source === 'object' && source !== null && Object.hasOwn(source, key)
    ? (source as Record<string, unknown>)[key]
    : undefined;
}

/** A field of the customer: a column, or a path into the attributes. */
export function customerText(customer: unknown, steps: readonly string[]): string | undefined {
  const walk = (from: unknown): unknown => steps.reduce(own, from);
  return parameterText(walk(customer)) ?? parameterText(walk(own(customer, 'attributes')));
}

export function variableText(variables: unknown, name: string, steps: readonly string[]): string | undefined {
  return (
    parameterText(own(variables, name)) ??
    (steps.length > 1 ? parameterText(steps.reduce(own, variables)) : undefined)
  );
}
