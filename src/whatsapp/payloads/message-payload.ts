import { DomainError } from '../../rules/errors/domain-error.js';
import { USER_ID } from '../parsing/person.js';
import { type MediaFile, type ProductSection, type TemplateComponent } from './template-component.js';

/** The addressee: the phone if known (Meta counts and prices by it), otherwise the business-scoped user id. */
export type Addressee = { phone: string } | { userId: string };

export interface Envelope {
  to: Addressee;
  /** Echoed in every status of the message: it finds a send without an answer again. */
  callbackData?: string;
  /** The message this one answers. */
  replyTo?: string;
}

export type MessagePayload = Readonly<Record<string, unknown>>;

const LIMITS = {
  callbackData: 512,
  text: 4_096,
  caption: 1_024,
  interactiveBody: 1_024,
  header: 60,
  footer: 60,
  buttonTitle: 20,
  buttonId: 256,
  buttons: 3,
  sections: 10,
  sectionTitle: 24,
  products: 30,
  cards: 10,
} as const;

function refuse(code: string, detail: string): never {
  throw new DomainError('rule', code, detail);
}

function text(value: string, limit: number, what: string): string {
  if (value.trim() === '') refuse('empty_text', `The ${what} must not be empty.`);
  // Meta counts characters, not UTF-16 units.
  if (value.length > limit && Array.from(value).length > limit) {
    refuse('text_too_long', `The ${what} may have at most ${limit} characters.`);
  }
  return value;
}

function count(items: readonly unknown[], limit: number, what: string): void {
  if (items.length === 0) refuse('nothing_to_send', `There must be at least one ${what}.`);
  if (items.length > limit) refuse('too_many', `There may be at most ${limit} ${what}s.`);
}

const PHONE = /^\+?([1-9]\d{4,14})$/;

/** Without the `+` Meta would put the country code of the sending number in front. */
function address(to: Addressee): MessagePayload {
  if ('userId' in to) {
    if (!USER_ID.test(to.userId)) refuse('bad_user_id', 'Not a business-scoped user id.');
    return { recipient: to.userId };
  }
  const digits = PHONE.exec(to.phone)?.[1] ?? refuse('bad_phone', 'Not an international phone number.');
  return { to: `+${digits}` };
}

function message({ to, callbackData, replyTo }: Envelope, type: string, content: object): MessagePayload {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...address(to),
    ...(replyTo === undefined ? {} : { context: { message_id: replyTo } }),
    ...(callbackData === undefined
      ? {}
      : { biz_opaque_callback_data: text(callbackData, LIMITS.callbackData, 'callback data') }),
    type,
    [type]: content,
  };
}

export interface TemplateContent {
  name: string;
  /** Exactly the code the template was approved in: `en` and `en_US` are two templates. */
  language: string;
  /** Only those with values; an unchanging template has none. */
  components?: readonly TemplateComponent[] | readonly object[];
}

export function templateMessage(
  envelope: Envelope,
  { name, language, components = [] }: TemplateContent,
): MessagePayload {
  const values = components.length === 0 ? {} : { components };
  return message(envelope, 'template', { name, language: { code: language }, ...values });
}

// Meta accepts the following only inside an open customer service window (131047 otherwise).

export function textMessage(envelope: Envelope, body: string, previewUrl = false): MessagePayload {
  return message(envelope, 'text', { preview_url: previewUrl, body: text(body, LIMITS.text, 'text') });
}

export function imageMessage(envelope: Envelope, image: MediaFile, caption?: string): MessagePayload {
  const captioned = caption === undefined ? {} : { caption: text(caption, LIMITS.caption, 'caption') };
  return message(envelope, 'image', { ...image, ...captioned });
}

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

export function mediaMessage(
  envelope: Envelope,
  kind: MediaKind,
  file: MediaFile,
  caption?: string,
): MessagePayload {
  const captioned = caption === undefined ? {} : { caption: text(caption, LIMITS.caption, 'caption') };
  return message(envelope, kind, { ...file, ...captioned });
}

/** An object of Meta's, which Meta judges. */
export function interactiveMessage(
  envelope: Envelope,
  interactive: Readonly<Record<string, unknown>>,
): MessagePayload {
  return message(envelope, 'interactive', interactive);
}

export interface InteractiveWords {
  body: string;
  footer?: string;
}

function words({ body, footer }: { body?: string; footer?: string }): MessagePayload {
  return {
    ...(body === undefined ? {} : { body: { text: text(body, LIMITS.interactiveBody, 'body') } }),
    ...(footer === undefined ? {} : { footer: { text: text(footer, LIMITS.footer, 'footer') } }),
  };
}

function textHeader(header: string): MessagePayload {
  return { header: { type: 'text', text: text(header, LIMITS.header, 'header') } };
}

export function buttonsMessage(
  envelope: Envelope,
  content: InteractiveWords & { header?: string },
  buttons: readonly { id: string; title: string }[],
): MessagePayload {
  count(buttons, LIMITS.buttons, 'button');
  if (new Set(buttons.map(({ id }) => id)).size < buttons.length)
    refuse('same_button_id', 'Two buttons have one id.');
  return message(envelope, 'interactive', {
    type: 'button',
    ...(content.header === undefined ? {} : textHeader(content.header)),
    ...words(content),
    action: {
      buttons: buttons.map(({ id, title }) => ({
        type: 'reply',
        reply: {
          id: text(id, LIMITS.buttonId, 'button id'),
          title: text(title, LIMITS.buttonTitle, 'button title'),
        },
      })),
    },
  });
}

/** Meta forbids a header here. */
export function productMessage(
  envelope: Envelope,
  content: { catalogId: string; productRetailerId: string; body?: string; footer?: string },
): MessagePayload {
  return message(envelope, 'interactive', {
    type: 'product',
    ...words(content),
    action: { catalog_id: content.catalogId, product_retailer_id: content.productRetailerId },
  });
}

export interface ProductList extends InteractiveWords {
  catalogId: string;
  header: string;
  sections: readonly { title?: string; productRetailerIds: readonly string[] }[];
}

export function productListMessage(envelope: Envelope, list: ProductList): MessagePayload {
  count(list.sections, LIMITS.sections, 'section');
  count(
    list.sections.flatMap(({ productRetailerIds }) => productRetailerIds),
    LIMITS.products,
    'product',
  );
  const sections = list.sections.map(({ title, productRetailerIds }): ProductSection => {
    count(productRetailerIds, LIMITS.products, 'product');
    if (title === undefined && list.sections.length > 1) {
      refuse('section_without_title', 'Of several sections each needs a title.');
    }
    return {
      ...(title === undefined ? {} : { title: text(title, LIMITS.sectionTitle, 'section title') }),
      product_items: productRetailerIds.map((id) => ({ product_retailer_id: id })),
    };
  });
  return message(envelope, 'interactive', {
    type: 'product_list',
    ...textHeader(list.header),
    ...words(list),
    action: { catalog_id: list.catalogId, sections },
  });
}

/** Meta's page calls the thumbnail optional, but its absence is refused with 131009, so it is required here. */
export function catalogMessage(
  envelope: Envelope,
  content: InteractiveWords & { thumbnailRetailerId: string },
): MessagePayload {
  return message(envelope, 'interactive', {
    type: 'catalog_message',
    ...words(content),
    action: {
      name: 'catalog_message',
      parameters: { thumbnail_product_retailer_id: content.thumbnailRetailerId },
    },
  });
}

/** Asks for money inside WhatsApp. `parameters` is Meta's object, whose sums Meta checks. */
export function orderDetailsMessage(
  envelope: Envelope,
  content: InteractiveWords & { parameters: Readonly<Record<string, unknown>> },
): MessagePayload {
  const action = { name: 'review_and_pay', parameters: content.parameters };
  return message(envelope, 'interactive', { type: 'order_details', ...words(content), action });
}

export type OrderPageStatus =
  'pending' | 'processing' | 'partially_shipped' | 'shipped' | 'completed' | 'canceled';

/** Moves the page of an order that an `order_details` message opened. It reads nothing else. */
export function orderStatusMessage(
  envelope: Envelope,
  content: InteractiveWords & { reference: string; status: OrderPageStatus },
): MessagePayload {
  const parameters = { reference_id: content.reference, order: { status: content.status } };
  const action = { name: 'review_order', parameters };
  return message(envelope, 'interactive', { type: 'order_status', ...words(content), action });
}

/** Cards of products, all of one catalog. Meta allows neither header nor footer nor buttons here. */
export function productCarouselMessage(
  envelope: Envelope,
  content: { catalogId: string; body: string; productRetailerIds: readonly string[] },
): MessagePayload {
  const { catalogId, body, productRetailerIds } = content;
  count(productRetailerIds, LIMITS.cards, 'card');
  if (productRetailerIds.length < 2) refuse('too_few', 'There must be at least two cards.');
  const cards = productRetailerIds.map((id, index) => ({
    card_index: index,
    type: 'product',
    action: { product_retailer_id: id, catalog_id: catalogId },
  }));
  return message(envelope, 'interactive', { type: 'carousel', ...words({ body }), action: { cards } });
}
