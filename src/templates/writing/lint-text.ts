import { variablesOf } from '../rendering/template-parameters.js';
import type { LintReport } from './lint-report.js';
import { type Component, componentsIn, isComponent, textIn } from './template-draft.js';

const isPosition = (name: string): boolean => /^\d+$/.test(name);

/** Where the samples of a text stand in its `example`. */
export interface ExamplePlace {
  positional: 'body_text' | 'header_text';
  named: 'body_text_named_params' | 'header_text_named_params';
}

export const BODY_EXAMPLES: ExamplePlace = { positional: 'body_text', named: 'body_text_named_params' };
export const HEADER_EXAMPLES: ExamplePlace = { positional: 'header_text', named: 'header_text_named_params' };

/** The variables of a text: their names, their form, and a sample for each. */
export function lintVariables(
  report: LintReport,
  component: Component,
  field: string,
  place: ExamplePlace,
  format: string | undefined,
): string[] {
  const text = textIn(component['text']);
  const names = variablesOf(text);
  const field_ = `${field}.text`;
  if (text.replaceAll(/\{\{\s*\w+\s*\}\}/g, '').match(/\{\{|\}\}/) !== null) {
    report.error(field_, 'has braces without a variable: write {{1}} or {{first_name}}');
  }
  const positions = names.filter(isPosition);
  if (positions.length > 0 && positions.length < names.length) {
    report.error(field_, 'mixes numbered and named variables');
    return names;
  }
  const isNamed = names.length > 0 && positions.length === 0;
  if (names.length > 0 && format !== undefined && (format === 'NAMED') !== isNamed) {
    report.error(field_, `has ${isNamed ? 'named' : 'numbered'} variables, and parameterFormat is ${format}`);
  }
  if (isNamed) {
    const odd = names.find((name) => !/^[a-z][a-z0-9_]*$/.test(name));
    if (odd !== undefined)
      report.error(field_, `{{${odd}}}: a name has lower-case letters, digits and underscores`);
  } else if (names.some((name, index) => name !== String(index + 1))) {
    report.error(field_, 'numbers its variables from {{1}} on, without gaps');
  }
  lintExamples(report, component, `${field}.example`, place, names, isNamed);
  return names;
}

function lintExamples(
  report: LintReport,
  component: Component,
  field: string,
  place: ExamplePlace,
  names: readonly string[],
  isNamed: boolean,
): void {
  if (names.length === 0) return;
  const example = isComponent(component['example']) ? component['example'] : {};
  const missing = isNamed
    ? names.filter((name) => !namedSamples(example[place.named]).has(name))
    : names.filter((_, index) => textIn(positionalSamples(example[place.positional])[index]).trim() === '');
  if (missing.length === 0) return;
  const where = isNamed ? place.named : place.positional;
  report.error(
    `${field}.${where}`,
    `needs an example for ${missing.map((name) => `{{${name}}}`).join(', ')}`,
  );
}

/** `[["Ana", "A25"]]` for a body, `["Ana"]` for a header. */
function positionalSamples(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [];
  const [first] = value as unknown[];
  return Array.isArray(first) ? first : value;
}

function namedSamples(value: unknown): Set<string> {
  return new Set(
    componentsIn(value)
      .filter(({ example }) => textIn(example).trim() !== '')
      .map((sample) => textIn(sample['param_name'])),
  );
}

/** Meta takes no variable at either end of a body, and none right after another. */
export function lintEnds(report: LintReport, text: string, field: string): void {
  if (/^\s*\{\{/.test(text)) report.error(field, 'must not begin with a variable');
  if (/\}\}\s*$/.test(text)) report.error(field, 'must not end with a variable');
  if (/\}\}\s*\{\{/.test(text)) report.error(field, 'has two variables without a word between them');
}
