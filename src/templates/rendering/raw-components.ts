import { BODY_LIMIT, fillParts } from './card-part.js';
import { compileDefaults, compileJson, hasPlaceholder, type Defaults } from './expression.js';
import {
  own,
  startFilling,
  type Expression,
  type Filling,
  type Place,
  type RecipientValues,
} from './filling.js';
import { isLongerThan, parameterText } from './parameter-text.js';
import { fillShownText } from './preview-template.js';
import { type CompiledTemplate, type RenderedTemplate } from './render-template.js';

export interface RawOptions {
  /** The campaign's values for placeholders the recipient has none for. */
  defaults?: unknown;
  /** When known, components that the campaign omits are filled from the template. */
  template?: CompiledTemplate | undefined;
}

interface RawComponent {
  place: Place;
  fill: Expression;
}

export interface CompiledComponents {
  components: readonly RawComponent[];
  template: CompiledTemplate | undefined;
  /** Parts of the template the campaign gave no component for. */
  left: CompiledTemplate['parts'];
  /** The body is unknown, so the recipient's values 1, 2, 3 ... become its parameters. */
  guessBody: boolean;
  defaults: Defaults;
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function typeOf(component: unknown): string {
  const type = own(component, 'type');
  return typeof type === 'string' ? type.toLowerCase() : '';
}

function identityOf(component: unknown): string {
  const index = parameterText(own(component, 'index')) ?? '';
  return typeOf(component) === 'button' ? `button ${index}` : typeOf(component);
}

function mentionsPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return hasPlaceholder(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(mentionsPlaceholder);
}

function placeOf(type: string, index: number): Place {
  const component = type === 'header' || type === 'body' || type === 'button' ? type : 'components';
  return { component, index, card: null };
}

type OwnText = (name: string, filling: Filling) => string | undefined;

const noOwnText: OwnText = () => undefined;
const recipientText: OwnText = (name, filling) => parameterText(own(filling.variables, name));

/** Makes the text parameters sendable: no line breaks, never empty, the recipient's own where those come first. */
function finish(component: unknown, place: Place, ownText: OwnText, filling: Filling): unknown {
  const parameters = own(component, 'parameters');
  if (!isObject(component) || !Array.isArray(parameters)) return component;
  const finished = parameters.map((parameter: unknown, position) => {
    if (!isObject(parameter) || parameter['type'] !== 'text') return parameter;
    const name = parameterText(parameter['parameter_name']) ?? String(position + 1);
    const text = ownText(name, filling) ?? parameterText(parameter['text']);
    if (text !== undefined) return { ...parameter, text };
    filling.problems.push({
      ...place,
      name,
      reason: 'missing',
      detail: 'the text of a parameter must not be empty',
    });
    return parameter;
  });
  return { ...component, parameters: finished };
}

function compileComponent(raw: unknown, index: number, ownText: OwnText, defaults: Defaults): RawComponent {
  const place = placeOf(typeOf(raw), index);
  const attempt = startFilling({});
  const finished = finish(raw, place, noOwnText, attempt);
  // The same for every recipient, so made once.
  if (ownText === noOwnText && !mentionsPlaceholder(raw) && attempt.problems.length === 0) {
    return { place, fill: () => finished };
  }
  const fill = compileJson(raw, defaults);
  return { place, fill: (filling) => finish(fill(filling), place, ownText, filling) };
}

/**
 * Compiles the component array of the Cloud API as an integrator wrote it. It is sent as written, with placeholders
 * filled. If it has none at all, a recipient's own parameters replace those of the body.
 */
export function compileRawComponents(
  raw: unknown,
  { defaults, template }: RawOptions = {},
): CompiledComponents {
  const list: unknown[] = Array.isArray(raw) ? raw : [];
  const campaign = compileDefaults(defaults);
  const fixed = !mentionsPlaceholder(list);
  const given = new Set(list.map(identityOf));
  return {
    components: list.map((component, index) => {
      const ownText = fixed && typeOf(component) === 'body' ? recipientText : noOwnText;
      return compileComponent(component, index, ownText, campaign);
    }),
    template,
    left: (template?.parts ?? []).filter(
      ({ type, index }) => !given.has(index === null ? type : `${type} ${index}`),
    ),
    guessBody: fixed && template === undefined && !given.has('body'),
    defaults: campaign,
  };
}

function guessedBody(filling: Filling, defaults: Defaults): object[] {
  const parameters: object[] = [];
  for (let position = 1; ; position++) {
    const name = String(position);
    const text = recipientText(name, filling) ?? parameterText(defaults.get(name)?.(filling));
    if (text === undefined) return parameters.length === 0 ? [] : [{ type: 'body', parameters }];
    parameters.push({ type: 'text', text });
  }
}

function checkBody(
  template: CompiledTemplate | undefined,
  components: readonly unknown[],
  filling: Filling,
): void {
  const sent = components.find((component) => typeOf(component) === 'body');
  const { text = '', variables = [] } = template?.description.body ?? {};
  if (sent === undefined || !isLongerThan(fillShownText(text, variables, sent), BODY_LIMIT)) return;
  const detail = `the body may have at most ${BODY_LIMIT} characters`;
  filling.problems.push({
    component: 'body',
    index: null,
    card: null,
    name: 'text',
    reason: 'too-long',
    detail,
  });
}

export function renderRawComponents(compiled: CompiledComponents, values: RecipientValues): RenderedTemplate {
  const filling = startFilling(values);
  const written = compiled.components.map(({ place, fill }) => {
    filling.unfilled.length = 0;
    const component = fill(filling) as object;
    for (const name of new Set(filling.unfilled)) {
      const detail = `nothing to fill {{${name}}} with`;
      filling.problems.push({ ...place, name, reason: 'missing', detail });
    }
    return component;
  });
  const components = [
    ...written,
    ...fillParts(compiled.left, filling),
    ...(compiled.guessBody ? guessedBody(filling, compiled.defaults) : []),
  ];
  checkBody(compiled.template, components, filling);
  return filling.problems.length === 0
    ? { ok: true, components }
    : { ok: false, problems: filling.problems, draft: components };
}
