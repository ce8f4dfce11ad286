import { describe, expect, it } from '@jest/globals';
import {
  buttonsMessage,
  catalogMessage,
  imageMessage,
  productCarouselMessage,
  productListMessage,
  productMessage,
  templateMessage,
  textMessage,
} from './message-payload.js';
import { type TemplateComponent } from './template-component.js';

const to = { phone: '+5511999990000' };
const START = { messaging_product: 'whatsapp', recipient_type: 'individual', to: '+5511999990000' };

describe('templateMessage', () => {
  it("builds Meta's own example", () => {
    const components: TemplateComponent[] = [
      { type: 'header', parameters: [{ type: 'image', image: { id: '1339522734477770' } }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'first_name', text: 'Ana' },
          { type: 'text', parameter_name: 'code', text: 'WELCOME25' },
        ],
      },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'r/9f3kQ2' }] },
      {
        type: 'button',
        sub_type: 'quick_reply',
        index: '1',
        parameters: [{ type: 'payload', payload: 'STOP:cmp_42:rcp_9001' }],
      },
    ];
    const envelope = { to, callbackData: 'cmp_42:rcp_9001' };
    expect(templateMessage(envelope, { name: 'spring_sale', language: 'pt_BR', components })).toEqual({
      ...START,
      type: 'template',
      biz_opaque_callback_data: 'cmp_42:rcp_9001',
      template: { name: 'spring_sale', language: { code: 'pt_BR' }, components },
    });
  });

  it('omits the components of a template without values', () => {
    expect(templateMessage({ to }, { name: 'hello_world', language: 'en_US' })).toEqual({
      ...START,
      type: 'template',
      template: { name: 'hello_world', language: { code: 'en_US' } },
    });
  });
});

describe('the addressee', () => {
  it('is the user id where there is no phone', () => {
    const payload = textMessage({ to: { userId: 'US.13491208655302741918' } }, 'Hi');
    expect(payload).toMatchObject({ recipient: 'US.13491208655302741918' });
    expect(payload).not.toHaveProperty('to');
  });

  it('always carries the plus', () => {
    expect(textMessage({ to: { phone: '5511999990000' } }, 'Hi')).toMatchObject({ to: '+5511999990000' });
  });

  it.each([
    [{ phone: '' }, 'bad_phone'],
    [{ phone: '+0123456789' }, 'bad_phone'],
    [{ phone: '+55 11 9999' }, 'bad_phone'],
    [{ phone: '+1234567890123456' }, 'bad_phone'],
    [{ userId: '5511999990000' }, 'bad_user_id'],
  ])('is refused when it is %j', (addressee, code) => {
    expect(() => textMessage({ to: addressee }, 'Hi')).toThrow(expect.objectContaining({ code }));
  });
});

describe('messages inside the window', () => {
  it.each([
    [
      'text',
      textMessage({ to, replyTo: 'wamid.1' }, 'Hi', true),
      { context: { message_id: 'wamid.1' }, type: 'text', text: { preview_url: true, body: 'Hi' } },
    ],
    [
      'image',
      imageMessage({ to }, { link: 'https://x.example/a.jpg' }, 'A'),
      { type: 'image', image: { link: 'https://x.example/a.jpg', caption: 'A' } },
    ],
    [
      'buttons',
      buttonsMessage({ to }, { body: 'Sure?', header: 'H', footer: 'F' }, [{ id: 'yes', title: 'Yes' }]),
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'text', text: 'H' },
          body: { text: 'Sure?' },
          footer: { text: 'F' },
          action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
        },
      },
    ],
    [
      'product',
      productMessage(
        { to },
        { catalogId: '1948', productRetailerId: 'SAREE-RED-M', body: 'Still interested?' },
      ),
      {
        type: 'interactive',
        interactive: {
          type: 'product',
          body: { text: 'Still interested?' },
          action: { catalog_id: '1948', product_retailer_id: 'SAREE-RED-M' },
        },
      },
    ],
    [
      'product list',
      productListMessage(
        { to },
        {
          catalogId: '1948',
          header: 'Diwali picks',
          body: 'Tap to see',
          footer: 'Free shipping',
          sections: [{ title: 'Sarees', productRetailerIds: ['SAREE-RED-M'] }],
        },
      ),
      {
        type: 'interactive',
        interactive: {
          type: 'product_list',
          header: { type: 'text', text: 'Diwali picks' },
          body: { text: 'Tap to see' },
          footer: { text: 'Free shipping' },
          action: {
            catalog_id: '1948',
            sections: [{ title: 'Sarees', product_items: [{ product_retailer_id: 'SAREE-RED-M' }] }],
          },
        },
      },
    ],
    [
      'catalog',
      catalogMessage({ to }, { body: 'Our whole shop', thumbnailRetailerId: 'SAREE-RED-M' }),
      {
        type: 'interactive',
        interactive: {
          type: 'catalog_message',
          body: { text: 'Our whole shop' },
          action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 'SAREE-RED-M' } },
        },
      },
    ],
  ])('builds a %s message', (_, payload, expected) => {
    expect(payload).toEqual({ ...START, ...expected });
  });
});

const list = (sections: { title?: string; productRetailerIds: string[] }[]) => (): unknown =>
  productListMessage({ to }, { catalogId: '1', header: 'H', body: 'B', sections });
const skus = (n: number): string[] => Array.from({ length: n }, (_, i) => `sku${i}`);
const buttons = (n: number): { id: string; title: string }[] => skus(n).map((id) => ({ id, title: id }));
const cards = (count: number) => () =>
  productCarouselMessage({ to }, { catalogId: '1948', body: 'B', productRetailerIds: skus(count) });

describe('limits', () => {
  it.each([
    ['callback data of 513', () => textMessage({ to, callbackData: 'x'.repeat(513) }, 'Hi'), 'text_too_long'],
    ['a text of 4,097', () => textMessage({ to }, 'x'.repeat(4_097)), 'text_too_long'],
    ['a blank text', () => textMessage({ to }, ' \n'), 'empty_text'],
    ['a caption of 1,025', () => imageMessage({ to }, { id: '1' }, 'x'.repeat(1_025)), 'text_too_long'],
    ['four buttons', () => buttonsMessage({ to }, { body: 'B' }, buttons(4)), 'too_many'],
    ['no button', () => buttonsMessage({ to }, { body: 'B' }, []), 'nothing_to_send'],
    [
      'two equal buttons',
      () => buttonsMessage({ to }, { body: 'B' }, [...buttons(1), ...buttons(1)]),
      'same_button_id',
    ],
    [
      'a button title of 21',
      () => buttonsMessage({ to }, { body: 'B' }, [{ id: 'a', title: 'x'.repeat(21) }]),
      'text_too_long',
    ],
    [
      '31 products',
      list([
        { title: 'A', productRetailerIds: skus(15) },
        { title: 'B', productRetailerIds: skus(16) },
      ]),
      'too_many',
    ],
    ['11 sections', list(skus(11).map((title) => ({ title, productRetailerIds: skus(1) }))), 'too_many'],
    [
      'an empty section',
      list([
        { title: 'A', productRetailerIds: skus(1) },
        { title: 'B', productRetailerIds: [] },
      ]),
      'nothing_to_send',
    ],
    [
      'two sections, one without a title',
      list([{ title: 'A', productRetailerIds: skus(1) }, { productRetailerIds: skus(1) }]),
      'section_without_title',
    ],
    ['one card', cards(1), 'too_few'],
    ['11 cards', cards(11), 'too_many'],
    [
      'a section title of 25',
      list([{ title: 'x'.repeat(25), productRetailerIds: skus(1) }]),
      'text_too_long',
    ],
  ])('refuses %s', (_, build, code) => {
    expect(build).toThrow(expect.objectContaining({ kind: 'rule', code }));
  });

  it.each([
    ['512 of callback data', () => textMessage({ to, callbackData: 'x'.repeat(512) }, 'Hi')],
    ['4,096 emoji', () => textMessage({ to }, '🎉'.repeat(4_096))],
    ['30 products in one untitled section', list([{ productRetailerIds: skus(30) }])],
    ['ten cards', cards(10)],
    ['three buttons', () => buttonsMessage({ to }, { body: 'B' }, buttons(3))],
  ])('takes %s', (_, build) => {
    expect(build).not.toThrow();
  });
});
