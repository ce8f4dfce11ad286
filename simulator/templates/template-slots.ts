import { asText, isObject, listOf, type JsonObject } from '../json.js';
import type { Template } from './template.js';

type HeaderKind = 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'GIF' | 'LOCATION' | 'PRODUCT';

/** The variables of a template, in the order in which they must be given. */
export interface TemplateSlots {
  header: { kind: HeaderKind; variables: string[] } | undefined;
  body: string[];
  /** By position among all buttons; static buttons have no entry. */
  urlButtons: Set<number>;
  /** Other buttons by their type: what they need differs. */
  buttons: { index: number; type: string }[];
  quickReplies: Map<number, string>;
  /** The offer runs out at a time that each message gives. */
  expires: boolean;
  cards: TemplateSlots[];
  hasProductCards: boolean;
}

export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g)].map(([, name]) => name ?? ''))];
}

export function slotsOf({ components }: Pick<Template, 'components'>): TemplateSlots {
  const component = (type: string) => components.find((one) => asText(one.type)?.toUpperCase() === type);
  const header = component('HEADER');
  const buttons = listOf(component('BUTTONS')?.buttons).filter(isObject);
  const offer = component('LIMITED_TIME_OFFER')?.limited_time_offer;
  const cards = listOf(component('CAROUSEL')?.cards)
    .filter(isObject)
    .map((card) => slotsOf({ components: listOf(card.components).filter(isObject) }));
  return {
    header: header === undefined ? undefined : headerSlots(header),
    body: variablesOf(asText(component('BODY')?.text) ?? ''),
    urlButtons: new Set(
      buttons.flatMap((button, index) =>
        typeOf(button) === 'URL' && variablesOf(asText(button.url) ?? '').length > 0 ? [index] : [],
      ),
    ),
    buttons: buttons.map((button, index) => ({ index, type: typeOf(button) ?? '' })),
    expires: isObject(offer) && offer.has_expiration === true,
    cards,
    hasProductCards: cards.some(({ header: ofCard }) => ofCard?.kind === 'PRODUCT'),
    quickReplies: new Map(
      buttons.flatMap((button, index) =>
        typeOf(button) === 'QUICK_REPLY' ? [[index, asText(button.text) ?? ''] as const] : [],
      ),
    ),
  };
}

function headerSlots(header: JsonObject): TemplateSlots['header'] {
  const kind = (asText(header.format) ?? 'TEXT').toUpperCase() as HeaderKind;
  return { kind, variables: kind === 'TEXT' ? variablesOf(asText(header.text) ?? '') : [] };
}

function typeOf(button: JsonObject): string | undefined {
  return asText(button.type)?.toUpperCase();
}
