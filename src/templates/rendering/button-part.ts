import { type ButtonComponent } from '../../whatsapp/payloads/template-component.js';
import { own, type Filling } from './filling.js';
import { isLongerThan } from './parameter-text.js';
import { readProductChoice } from './product-choice.js';
import { openSlot, type Slot, type SlotScope, type TemplateInput } from './slot.js';
import { splitAtVariables, type ButtonDescription } from './template-parameters.js';
import { urlSuffix } from './url-suffix.js';

type Fill = (filling: Filling) => ButtonComponent | null;

const MAX_URL = 2_000;
const COUPON = /^[A-Za-z0-9]{1,20}$/;

type Shape = Pick<TemplateInput, 'name' | 'kind'> & { required?: boolean; alias?: string[] };

function openButton(scope: SlotScope, index: number, { alias = [], ...shape }: Shape): Slot {
  return openSlot(scope, { component: 'button', index, keys: [`button.${index}`, ...alias], ...shape });
}

function given(slot: Slot, filling: Filling): unknown {
  const value = slot.value(filling);
  if (value === undefined) slot.missing(filling);
  return value;
}

export interface UrlPosition {
  /** In positional templates the numbers of changing URLs may continue after the body: {{3}} is followed by 4. */
  next: string | null;
}

/** The one-time-password buttons of authentication templates take the code of the body. */
const PASSWORD_URL = /^https:\/\/www\.whatsapp\.com\/otp\//;

function compileUrl(
  url: string,
  variable: string,
  index: number,
  { next }: UrlPosition,
  scope: SlotScope,
): Fill {
  const isNamed = !/^\d+$/.test(variable);
  const alias = isNamed || PASSWORD_URL.test(url) ? [variable] : next === null ? [] : [next];
  const slot = openButton(scope, index, { name: variable, kind: 'text', alias });
  const [prefix = '', , rest = ''] = splitAtVariables(url);
  const tag: { parameter_name?: string } = isNamed ? { parameter_name: variable } : {};
  return (filling) => {
    const value = slot.text(filling);
    if (value === undefined) {
      slot.missing(filling);
      return null;
    }
    const text = urlSuffix(value, prefix);
    if (text === null)
      slot.refuse(filling, 'invalid', `only the end of the URL can be given, after ${prefix}`);
    else if (isLongerThan(prefix + text + rest, MAX_URL)) {
      slot.refuse(filling, 'too-long', `the URL may have at most ${MAX_URL} characters`);
    }
    const parameters: [{ type: 'text'; parameter_name?: string; text: string }] = [
      { type: 'text', ...tag, text: text ?? '' },
    ];
    return { type: 'button', sub_type: 'url', index: String(index), parameters };
  };
}

function compileCopyCode(index: number, scope: SlotScope): Fill {
  const slot = openButton(scope, index, { name: 'coupon_code', kind: 'code', alias: ['coupon_code'] });
  return (filling) => {
    const code = slot.text(filling);
    if (code === undefined) {
      slot.missing(filling);
      return null;
    }
    if (!COUPON.test(code)) slot.refuse(filling, 'invalid', 'a code has 1 to 20 letters and digits');
    const parameters: [{ type: 'coupon_code'; coupon_code: string }] = [
      { type: 'coupon_code', coupon_code: code },
    ];
    return { type: 'button', sub_type: 'copy_code', index: String(index), parameters };
  };
}

function compileQuickReply(index: number, scope: SlotScope): Fill {
  // Without a payload the webhook repeats the label.
  const slot = openButton(scope, index, { name: 'payload', kind: 'payload', required: false });
  return (filling) => {
    const payload = slot.text(filling);
    if (payload === undefined) return null;
    return {
      type: 'button',
      sub_type: 'quick_reply',
      index: String(index),
      parameters: [{ type: 'payload', payload }],
    };
  };
}

function compileCatalog(index: number, scope: SlotScope): Fill {
  const alias = ['thumbnail_product_retailer_id', 'thumbnailProductId'];
  const slot = openButton(scope, index, {
    name: 'thumbnail_product_retailer_id',
    kind: 'product',
    alias,
    required: false,
  });
  return (filling) => {
    const thumbnail = slot.text(filling);
    if (thumbnail === undefined) return null;
    const action = { thumbnail_product_retailer_id: thumbnail };
    return {
      type: 'button',
      sub_type: 'CATALOG',
      index: String(index),
      parameters: [{ type: 'action', action }],
    };
  };
}

function compileProducts(index: number, scope: SlotScope): Fill {
  const slot = openButton(scope, index, { name: 'sections', kind: 'object' });
  return (filling) => {
    const value = given(slot, filling);
    if (value === undefined) return null;
    const read = readProductChoice(value);
    if (typeof read === 'string') {
      slot.refuse(filling, 'invalid', read);
      return null;
    }
    return {
      type: 'button',
      sub_type: 'mpm',
      index: String(index),
      parameters: [{ type: 'action', action: read }],
    };
  };
}

const asRecord = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;

function compileFlow(index: number, scope: SlotScope): Fill {
  const slot = openButton(scope, index, {
    name: 'flow_token',
    kind: 'object',
    alias: ['flow_token'],
    required: false,
  });
  return (filling) => {
    const value = slot.value(filling);
    const token = typeof value === 'string' ? value : own(value, 'flow_token');
    const data = asRecord(own(value, 'flow_action_data'));
    // Meta's own default for a flow whose answers need not be distinguished.
    const flowToken = typeof token === 'string' && token !== '' ? token : 'unused';
    const action = { flow_token: flowToken, ...(data === null ? {} : { flow_action_data: data }) };
    return {
      type: 'button',
      sub_type: 'flow',
      index: String(index),
      parameters: [{ type: 'action', action }],
    };
  };
}

function compileOrderDetails(index: number, scope: SlotScope): Fill {
  const slot = openButton(scope, index, { name: 'order_details', kind: 'object', alias: ['order_details'] });
  return (filling) => {
    const value = given(slot, filling);
    if (value === undefined) return null;
    const details = asRecord(own(value, 'order_details')) ?? asRecord(value);
    if (details === null) {
      slot.refuse(filling, 'invalid', 'the details of an order are an object');
      return null;
    }
    const action = { order_details: details };
    return {
      type: 'button',
      sub_type: 'order_details',
      index: String(index),
      parameters: [{ type: 'action', action }],
    };
  };
}

/** null: the button is the same for every recipient and must not be sent. */
export function compileButton(button: ButtonDescription, url: UrlPosition, scope: SlotScope): Fill | null {
  const { index } = button;
  switch (button.kind) {
    case 'url': {
      const [variable] = button.variables;
      return variable === undefined ? null : compileUrl(button.url, variable, index, url, scope);
    }
    case 'copy_code':
      return compileCopyCode(index, scope);
    case 'quick_reply':
      return compileQuickReply(index, scope);
    case 'catalog':
      return compileCatalog(index, scope);
    case 'mpm':
      return compileProducts(index, scope);
    case 'flow':
      return compileFlow(index, scope);
    case 'order_details':
      return compileOrderDetails(index, scope);
    case 'static':
      return null;
  }
}
