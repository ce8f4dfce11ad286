import { type TextParameter } from '../../whatsapp/payloads/template-component.js';
import { type Filling, type RenderProblem } from './filling.js';
import { isLongerThan } from './parameter-text.js';
import { openSlot, type Slot, type SlotScope } from './slot.js';
import { splitAtVariables, type TextDescription } from './template-parameters.js';

const isPosition = (name: string): boolean => /^\d+$/.test(name);

function keysOf(component: 'header' | 'body', name: string, alone: boolean): string[] {
  if (component === 'body') return [name, `body.${name}`];
  const ofHeader = [`header.${name}`, 'header'];
  // {{1}} of a header is not {{1}} of the body. The bare name means the header only if the body has no variable.
  return !isPosition(name) ? [name, ...ofHeader] : alone ? [...ofHeader, name] : ofHeader;
}

export interface TextSlots {
  component: 'header' | 'body';
  limit: number;
  /** No other text of the message has positional variables. */
  alone: boolean;
}

/** Compiles a header or body text to its parameters; the sum of the lengths is what Meta limits. */
export function compileTextParameters(
  { text, variables }: TextDescription,
  { component, limit, alone }: TextSlots,
  scope: SlotScope,
): (filling: Filling) => TextParameter[] {
  const pieces = splitAtVariables(text);
  const fixedLength = pieces.reduce((sum, piece, i) => (i % 2 === 0 ? sum + piece.length : sum), 0);
  const slots = variables.map((name, index) => {
    const named = !isPosition(name);
    const input = { component, index, name, kind: 'text' as const, keys: keysOf(component, name, alone) };
    const uses = pieces.filter((piece, i) => i % 2 === 1 && piece === name).length;
    const tag: { parameter_name?: string } = named ? { parameter_name: name } : {};
    return { slot: openSlot(scope, input, named ? name : null), uses, name, tag };
  });
  const tooLong = (values: ReadonlyMap<string, string>): boolean =>
    isLongerThan(pieces.map((piece, i) => (i % 2 === 0 ? piece : (values.get(piece) ?? ''))).join(''), limit);
  const problem: RenderProblem = {
    component,
    index: null,
    card: scope.card,
    name: 'text',
    reason: 'too-long',
    detail: `the ${component} may have at most ${limit} characters`,
  };
  return (filling) => {
    let length = fixedLength;
    const parameters = slots.map(({ slot, uses, name, tag }): TextParameter => {
      const value = valueOf(slot, name, filling);
      length += uses * value.length;
      return { type: 'text', ...tag, text: value };
    });
    // The exact count is made only when the quick one, in UTF-16 units, exceeds the limit.
    if (length > limit && tooLong(new Map(parameters.map((given, i) => [variables[i] ?? '', given.text])))) {
      filling.problems.push(problem);
    }
    return parameters;
  };
}

function valueOf(slot: Slot, name: string, filling: Filling): string {
  const value = slot.text(filling);
  if (value !== undefined) return value;
  slot.missing(filling);
  return `{{${name}}}`;
}
