import { own } from './filling.js';
import { parameterText } from './parameter-text.js';
import {
  splitAtVariables,
  type ButtonDescription,
  type CardDescription,
  type TemplateDescription,
} from './template-parameters.js';

export interface PreviewButton {
  /** `url`, `quick_reply`, `copy_code`, `catalog`, `mpm`, `flow`, `phone_number` ... */
  kind: string;
  label: string;
  /** Where it leads, the code it copies, the number it calls, the product it shows, or nothing. */
  value: string | null;
  /** The list that it opens, in parts, by the ids of the products. */
  sections: { title: string | null; products: string[] }[];
}

export interface PreviewCard {
  header: { kind: string; text: string } | null;
  body: string;
  buttons: PreviewButton[];
}

/** What the person will read. */
export interface TemplatePreview extends PreviewCard {
  footer: string | null;
  offer: { text: string | null; expiresAt: string | null } | null;
  cards: PreviewCard[];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const parametersOf = (component: unknown): unknown[] => list(own(component, 'parameters'));
const word = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

function find(components: readonly unknown[], type: string, index?: number): unknown {
  return components.find(
    (component) =>
      word(own(component, 'type')) === type &&
      (index === undefined || parameterText(own(component, 'index')) === String(index)),
  );
}

/** The text a parameter shows: its own, or the fallback of a currency or date. */
function shown(parameter: unknown): string | undefined {
  const kind = word(own(parameter, 'type'));
  const content = own(parameter, kind);
  return parameterText(content) ?? parameterText(own(content, 'fallback_value'));
}

export function fillShownText(text: string, variables: readonly string[], component: unknown): string {
  const parameters = parametersOf(component);
  return splitAtVariables(text)
    .map((piece, i) => {
      if (i % 2 === 0) return piece;
      const byName = parameters.find((parameter) => own(parameter, 'parameter_name') === piece);
      return shown(byName ?? parameters[variables.indexOf(piece)]) ?? `{{${piece}}}`;
    })
    .join('');
}

/** A file is shown by its address or id, a place by its name. */
function shownMedia(parameter: unknown, kind: string): string {
  const content = own(parameter, kind);
  const fields = ['link', 'id', 'asset', 'filename', 'name', 'address', 'product_retailer_id', 'latitude'];
  return fields.map((field) => parameterText(own(content, field))).find((text) => text !== undefined) ?? '';
}

function previewCard(
  { header, body, buttons }: CardDescription,
  components: readonly unknown[],
): PreviewCard {
  const ofHeader = find(components, 'header');
  return {
    header:
      header === null
        ? null
        : {
            kind: header.kind,
            text:
              header.kind === 'text'
                ? fillShownText(header.text, header.variables, ofHeader)
                : shownMedia(parametersOf(ofHeader)[0], header.kind),
          },
    body: body === null ? '' : fillShownText(body.text, body.variables, find(components, 'body')),
    buttons: buttons.map((button) => previewButton(button, find(components, 'button', button.index))),
  };
}

function previewButton(button: ButtonDescription, sent: unknown): PreviewButton {
  const { kind, label } = button;
  const [parameter] = parametersOf(sent);
  const action = own(parameter, 'action');
  switch (kind) {
    case 'url':
      return { kind, label, value: fillShownText(button.url, button.variables, sent), sections: [] };
    case 'static':
      return { kind: button.type.toLowerCase(), label, value: button.shown, sections: [] };
    case 'copy_code':
      return { kind, label, value: parameterText(own(parameter, 'coupon_code')) ?? null, sections: [] };
    default: {
      const value = parameterText(own(action, 'thumbnail_product_retailer_id')) ?? null;
      return { kind, label, value, sections: list(own(action, 'sections')).map(previewSection) };
    }
  }
}

function previewSection(section: unknown): PreviewButton['sections'][number] {
  const products = list(own(section, 'product_items')).flatMap(
    (item) => parameterText(own(item, 'product_retailer_id')) ?? [],
  );
  return { title: parameterText(own(section, 'title')) ?? null, products };
}

function expiryOf(components: readonly unknown[]): string | null {
  const offer = own(parametersOf(find(components, 'limited_time_offer'))[0], 'limited_time_offer');
  const ms = own(offer, 'expiration_time_ms');
  const date = new Date(typeof ms === 'number' ? ms : NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Puts the components of a message into the template's texts. */
export function previewTemplate(
  description: TemplateDescription,
  components: readonly unknown[],
): TemplatePreview {
  const { footer, offer, carousel } = description;
  const sentCards = list(own(find(components, 'carousel'), 'cards'));
  const approved = carousel?.cards ?? [];
  const count = Math.max(approved.length, carousel?.kind === 'product' ? sentCards.length : 0);
  const cards = Array.from({ length: count }, (_, i) => approved[i] ?? approved.at(-1)).flatMap((card, i) =>
    card === undefined ? [] : previewCard(card, list(own(sentCards[i], 'components'))),
  );
  return {
    ...previewCard(description, components),
    footer,
    offer: offer === null ? null : { text: offer.text, expiresAt: expiryOf(components) },
    cards,
  };
}
