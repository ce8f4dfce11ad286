import {
  type CarouselComponent,
  type TemplateComponent,
} from '../../whatsapp/payloads/template-component.js';
import { compileButton } from './button-part.js';
import { type Filling, type RenderProblem } from './filling.js';
import { compileHeader } from './header-part.js';
import { type SlotScope } from './slot.js';
import { type CardDescription, type TemplateDescription } from './template-parameters.js';
import { compileTextParameters } from './text-part.js';

/** A component of the message that has values; `index` only for buttons. */
export interface Part {
  type: string;
  index: number | null;
  fill: (filling: Filling) => TemplateComponent | null;
}

export const BODY_LIMIT = 1_024;
const CARD_BODY_LIMIT = 160;
const MAX_CARDS = 10;

function bodyLimit({ header }: CardDescription, card: number | null): number {
  return card !== null || header?.kind === 'product' ? CARD_BODY_LIMIT : BODY_LIMIT;
}

/** Header, body and buttons: of the message itself, or of one card of its carousel. */
export function compileCard(description: CardDescription, scope: SlotScope): Part[] {
  const { header, body, buttons } = description;
  const variables = body?.variables ?? [];
  const parts: Part[] = [];
  const ofHeader = header === null ? null : compileHeader(header, variables.length > 0, scope);
  if (ofHeader !== null) parts.push({ type: 'header', index: null, fill: ofHeader });
  if (body !== null && variables.length > 0) {
    const slots = { component: 'body', limit: bodyLimit(description, scope.card), alone: true } as const;
    const parameters = compileTextParameters(body, slots, scope);
    parts.push({
      type: 'body',
      index: null,
      fill: (filling) => ({ type: 'body', parameters: parameters(filling) }),
    });
  }
  // The body of a named template uses no numbers, so its URLs count from 1.
  let position = variables.filter((name) => /^\d+$/.test(name)).length;
  for (const button of buttons) {
    if (button.kind === 'url' && button.variables.length > 0) position += 1;
    const fill = compileButton(button, { next: String(position) }, scope);
    if (fill !== null) parts.push({ type: 'button', index: button.index, fill });
  }
  return parts;
}

export function fillParts(parts: readonly Part[], filling: Filling): TemplateComponent[] {
  const components: TemplateComponent[] = [];
  for (const { fill } of parts) {
    const component = fill(filling);
    if (component !== null) components.push(component);
  }
  return components;
}

type CardComponents = CarouselComponent['cards'][number]['components'];

function isCardComponent(component: TemplateComponent): component is CardComponents[number] {
  return component.type === 'header' || component.type === 'body' || component.type === 'button';
}

/** Whatever the number it was approved with. */
const FEWEST_PRODUCT_CARDS = 2;

/**
 * A media carousel goes out with exactly the cards it was approved with. One of products goes out with two to ten:
 * further cards are rendered only for the products given, and copy the last approved card.
 */
export function compileCarousel(
  { kind, cards }: NonNullable<TemplateDescription['carousel']>,
  scope: Omit<SlotScope, 'card'>,
): Part {
  const last = cards.at(-1);
  const ofProducts = kind === 'product' && last !== undefined;
  // One more than Meta takes, to notice that it is given.
  const more = ofProducts ? Array<CardDescription>(Math.max(0, MAX_CARDS + 1 - cards.length)).fill(last) : [];
  const fixed = ofProducts ? Math.min(FEWEST_PRODUCT_CARDS, cards.length) : cards.length;
  const compiled = [...cards, ...more].map((card, index) => {
    const inputs = index < cards.length ? scope.inputs : [];
    const ofCard = { ...scope, inputs, card: index };
    return { index, parts: compileCard(card, ofCard), optional: index >= fixed };
  });
  const fill = (filling: Filling): CarouselComponent => {
    const filled: CarouselComponent['cards'] = [];
    for (const { index, parts, optional } of compiled) {
      const attempt = optional ? { ...filling, problems: [], unfilled: [] } : filling;
      const components = fillParts(parts, attempt).filter(isCardComponent);
      if (optional) {
        if (attempt.problems.some(isAbsent)) break;
        if (index === MAX_CARDS) {
          filling.problems.push(tooManyCards(index));
          break;
        }
        filling.problems.push(...attempt.problems);
      }
      filled.push({ card_index: index, components });
    }
    return { type: 'carousel', cards: filled };
  };
  return { type: 'carousel', index: null, fill };
}

/** No product is given for the card, so there is none. */
function isAbsent({ component, name, reason }: RenderProblem): boolean {
  return component === 'header' && name === 'product_retailer_id' && reason === 'missing';
}

function tooManyCards(card: number): RenderProblem {
  const detail = `a carousel has at most ${MAX_CARDS} cards`;
  return { component: 'header', index: null, card, name: 'product_retailer_id', reason: 'invalid', detail };
}
