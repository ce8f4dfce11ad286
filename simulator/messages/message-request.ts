import { GraphError, invalidParameter, missingParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import type { TemplateShelf } from '../templates/template-shelf.js';
import type { TemplateCategory } from '../templates/template.js';
import { checkInteractive } from './interactive.js';
import type { HasProduct } from './products.js';
import type { MediaShelf } from '../media/media-shelf.js';
import { checkOrderDetails, checkOrderStatus } from '../payments/order-messages.js';
import type { PaymentBook } from '../payments/payment-book.js';
import { checkMediaIds } from './media-ids.js';
import { checkAgainstTemplate, checkParameterTexts } from './template-parameters.js';
import { checkTemplateProducts } from './template-products.js';

export interface QuickReply {
  payload: string;
  text: string;
}

/** A message that passed Meta's checks, reduced to what the rest needs. */
export interface CheckedMessage {
  type: string;
  template: string | undefined;
  language: string | undefined;
  category: TemplateCategory | 'SERVICE';
  callback: string | undefined;
  quickReply: QuickReply | undefined;
}

export interface CheckOptions {
  marketingApi: boolean;
  /** Templates, and ids of media, that are not known here are taken as they are. */
  openTemplates: boolean;
  openMedia: boolean;
  phoneId: string;
}

const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);
const OTHER_TYPES = new Set(['location', 'contacts', 'reaction']);
const LONGEST_CALLBACK = 512;

export class MessageCheck {
  constructor(
    private readonly templates: TemplateShelf,
    private readonly hasProduct: HasProduct,
    private readonly media: MediaShelf,
    private readonly payments: PaymentBook,
  ) {}

  /** Throws what Meta would answer. */
  check(body: JsonObject, { marketingApi, openTemplates, openMedia, phoneId }: CheckOptions): CheckedMessage {
    const callback = body.biz_opaque_callback_data;
    if (callback !== undefined && (typeof callback !== 'string' || callback.length > LONGEST_CALLBACK)) {
      throw invalidParameter(
        `biz_opaque_callback_data must be a string of at most ${LONGEST_CALLBACK} characters`,
      );
    }
    const type = asText(body.type) ?? 'text';
    checkMediaIds(body[type], (id) => {
      const standing = this.media.standing(id, phoneId);
      return standing === 'alive' || (standing === 'never' && openMedia);
    });
    if (type === 'template')
      return this.currentTemplate(body.template, callback, marketingApi, openTemplates);
    if (marketingApi) throw new GraphError(131055, 'Only template messages can be sent through this API');
    this.checkFreeForm(type, body[type]);
    return {
      type,
      template: undefined,
      language: undefined,
      category: 'SERVICE',
      callback,
      quickReply: undefined,
    };
  }

  private currentTemplate(
    given: unknown,
    callback: string | undefined,
    marketingApi: boolean,
    openTemplates: boolean,
  ): CheckedMessage {
    if (!isObject(given)) throw missingParameter('template');
    const name = given.name;
    const language = isObject(given.language) ? given.language.code : undefined;
    if (!isText(name)) throw missingParameter("template['name']");
    if (!isText(language)) throw missingParameter("template['language']['code']");
    if (given.components !== undefined && !Array.isArray(given.components)) {
      throw invalidParameter("template['components'] must be an array");
    }
    const components = listOf(given.components);
    if (!components.every(isObject))
      throw invalidParameter("each of template['components'] must be an object");
    checkParameterTexts(components);
    const template = this.templates.find(name, language);
    if (template === undefined) {
      if (!openTemplates || this.templates.named(name).length > 0) throw unknownTemplate(name, language);
      return {
        type: 'template',
        template: name,
        language,
        category: 'MARKETING',
        callback,
        quickReply: undefined,
      };
    }
    if (template.status === 'PAUSED') throw new GraphError(132015, `Template ${name} is paused`);
    if (template.status === 'DISABLED') throw new GraphError(132016, `Template ${name} is disabled`);
    if (template.status !== 'APPROVED') throw unknownTemplate(name, language);
    if (marketingApi && template.category !== 'MARKETING') {
      throw new GraphError(134100, `Template ${name} is of category ${template.category}`);
    }
    const slots = this.templates.slots(template);
    checkAgainstTemplate(template, slots, components);
    checkTemplateProducts(template, components, this.hasProduct);
    for (const details of detailsIn(components)) this.ask(details);
    const quickReply = quickReplyOf(slots.quickReplies, components);
    return { type: 'template', template: name, language, category: template.category, callback, quickReply };
  }

  private checkInteractive(content: JsonObject): void {
    checkInteractive(content, this.hasProduct);
    const parameters = isObject(content.action) ? content.action.parameters : undefined;
    if (content.type === 'order_details') this.ask(parameters);
    if (content.type === 'order_status')
      checkOrderStatus(parameters, (reference) => this.payments.find('whatsapp', reference) !== undefined);
  }

  /** The message is the request. Sent again after a refusal, it is the same one. */
  private ask(parameters: unknown): void {
    const asked = checkOrderDetails(parameters);
    if (this.payments.find('whatsapp', asked.reference) === undefined) this.payments.make('whatsapp', asked);
  }

  private checkFreeForm(type: string, content: unknown): void {
    if (type === 'text') {
      const text = isObject(content) ? content.body : undefined;
      if (!isObject(content)) throw missingParameter('text');
      if (!isText(text)) throw missingParameter("text['body']");
      if (text.length > 4096) throw invalidParameter("text['body'] must be at most 4096 characters long");
      return;
    }
    if (type !== 'interactive' && !MEDIA.has(type) && !OTHER_TYPES.has(type)) {
      throw new GraphError(131051, `Message type ${type.slice(0, 40)} is not supported`);
    }
    if (type === 'contacts' ? !Array.isArray(content) : !isObject(content)) throw missingParameter(type);
    if (!isObject(content)) return;
    if (type === 'interactive') this.checkInteractive(content);
    if (MEDIA.has(type) && !isText(content.id) && !isText(content.link)) {
      throw new GraphError(131008, `${type} needs an id or a link`);
    }
  }
}

/** What the buttons of a template ask to be paid. */
function detailsIn(components: JsonObject[]): unknown[] {
  const buttons = components.filter(({ sub_type: kind }) => kind === 'order_details');
  return buttons.flatMap(({ parameters }) => {
    const [parameter] = listOf(parameters);
    const action = isObject(parameter) ? parameter.action : undefined;
    return isObject(action) ? [action.order_details] : [];
  });
}

/** The first quick-reply button; its payload is its label unless the sender set another. */
function quickReplyOf(labels: Map<number, string>, components: JsonObject[]): QuickReply | undefined {
  for (const [index, text] of labels) {
    const sent = components.find(
      (component) => component.sub_type === 'quick_reply' && Number(asText(component.index)) === index,
    );
    const [parameter] = listOf(sent?.parameters);
    return { text, payload: (isObject(parameter) ? asText(parameter.payload) : undefined) ?? text };
  }
  return undefined;
}

function unknownTemplate(name: string, language: string): GraphError {
  return new GraphError(132001, `template name (${name}) does not exist in ${language}`);
}
