import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type JsonObject } from '../json/json-fields.js';
import { parseInboundMessage, parseSystemMessage } from './parse-inbound-message.js';
import { type InboundMessage } from './webhook-events.js';

const ORIGIN = { wabaId: 'WABA', phoneNumberId: 'PNID', displayPhoneNumber: '15550783881' };
const BASE = { from: '551199990000', id: 'wamid.I1', timestamp: '1794000100' };
const ANA = { profile: { name: 'Ana', username: 'ana' }, wa_id: '551199990000', user_id: 'BR.150' };

const read = (message: object, contacts: JsonObject[] = []): InboundMessage | null =>
  parseInboundMessage({ ...BASE, ...message }, ORIGIN, contacts);
const MEDIA = { id: null, mimeType: null, sha256: null, caption: null, filename: null, url: null };

describe('the content of a message', () => {
  it.each<[object, object]>([
    [
      { type: 'text', text: { body: 'Stop' } },
      { kind: 'text', body: 'Stop' },
    ],
    [
      { type: 'text', text: { body: '' } },
      { kind: 'text', body: '' },
    ],
    [
      { type: 'button', button: { payload: 'STOP:cmp_42', text: 'Unsubscribe' } },
      { kind: 'button', payload: 'STOP:cmp_42', text: 'Unsubscribe' },
    ],
    [
      {
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
      },
      { kind: 'button-reply', id: 'yes', title: 'Yes' },
    ],
    [
      {
        type: 'interactive',
        interactive: {
          type: 'list_reply',
          list_reply: { id: 'row1', title: 'Express', description: '1-2 days' },
        },
      },
      { kind: 'list-reply', id: 'row1', title: 'Express', description: '1-2 days' },
    ],
    [
      {
        type: 'interactive',
        interactive: {
          type: 'nfm_reply',
          nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t","k":"v"}' },
        },
      },
      { kind: 'flow-reply', name: 'flow', response: { flow_token: 't', k: 'v' } },
    ],
    [
      {
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{broken' } },
      },
      { kind: 'flow-reply', name: 'flow', response: '{broken' },
    ],
    [
      {
        type: 'order',
        order: {
          catalog_id: '1948',
          text: '',
          product_items: [{ product_retailer_id: 'sku1', quantity: 2, item_price: 7.99, currency: 'USD' }, 5],
        },
      },
      {
        kind: 'order',
        catalogId: '1948',
        text: null,
        lines: [
          { retailerId: 'sku1', quantity: 2, itemPrice: '7.99', currency: 'USD' },
          { retailerId: null, quantity: null, itemPrice: null, currency: null },
        ],
      },
    ],
    [
      {
        type: 'image',
        image: { id: 'M', mime_type: 'image/jpeg', sha256: 's', caption: 'c', url: 'https://x' },
      },
      {
        ...MEDIA,
        kind: 'media',
        media: 'image',
        id: 'M',
        mimeType: 'image/jpeg',
        sha256: 's',
        caption: 'c',
        url: 'https://x',
      },
    ],
    [
      { type: 'document', document: { id: 'M', filename: 'a.pdf' } },
      { ...MEDIA, kind: 'media', media: 'document', id: 'M', filename: 'a.pdf' },
    ],
    [
      { type: 'audio', audio: { id: 'M' } },
      { ...MEDIA, kind: 'media', media: 'audio', id: 'M' },
    ],
    [
      { type: 'video', video: { id: 'M' } },
      { ...MEDIA, kind: 'media', media: 'video', id: 'M' },
    ],
    [
      { type: 'sticker', sticker: { id: 'M' } },
      { ...MEDIA, kind: 'media', media: 'sticker', id: 'M' },
    ],
    [
      { type: 'location', location: { latitude: 37.44, longitude: '-122.16', name: 'HQ' } },
      { kind: 'location', latitude: 37.44, longitude: -122.16, name: 'HQ', address: null },
    ],
    [
      { type: 'contacts', contacts: [{ name: {} }] },
      { kind: 'contacts', contacts: [{ name: {} }] },
    ],
    [
      { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } },
      { kind: 'reaction', messageId: 'wamid.X', emoji: '👍' },
    ],
    [
      { type: 'reaction', reaction: { message_id: 'wamid.X' } },
      { kind: 'reaction', messageId: 'wamid.X', emoji: null },
    ],
    [
      { type: 'edit', edit: { original_message_id: 'wamid.O' } },
      { kind: 'edit', originalMessageId: 'wamid.O' },
    ],
    [
      { type: 'revoke', revoke: { original_message_id: 'wamid.O' } },
      { kind: 'revoke', originalMessageId: 'wamid.O' },
    ],
    [
      { type: 'unsupported', errors: [{ code: 131051 }], unsupported: { type: 'poll' } },
      { kind: 'unsupported', type: 'poll' },
    ],
    [
      { type: 'hologram', hologram: {} },
      { kind: 'unknown', type: 'hologram' },
    ],
    [{ type: 'text' }, { kind: 'unknown', type: 'text' }],
    [
      { type: 'interactive', interactive: { type: 'new_reply', new_reply: {} } },
      { kind: 'unknown', type: 'interactive' },
    ],
    [
      { type: 'constructor', constructor: {} },
      { kind: 'unknown', type: 'constructor' },
    ],
    [{}, { kind: 'unknown', type: null }],
  ])('reads %j', (message, content) => {
    const found = read(message);
    expect(found?.content).toMatchObject(content);
    expect(found?.raw).toEqual({ ...BASE, ...message });
  });

  it('comes with the reasons for what is missing', () => {
    expect(read({ type: 'image', image: { id: 'M' }, errors: [{ code: 131052 }] })?.errors).toMatchObject([
      { code: 131052 },
    ]);
  });

  it.each([
    [45000, '45000'],
    [45000.5, '45000.5'],
    [1.15, '1.15'],
    ['19.99', '19.99'],
    [-1, null],
    [1e21, null],
    ['1,000', null],
  ])('keeps the price %p as the text %p', (price, text) => {
    const found = read({ type: 'order', order: { product_items: [{ item_price: price }] } });
    expect(found?.content).toMatchObject({ lines: [{ itemPrice: text }] });
  });
});

describe('the sender of a message', () => {
  const text = { type: 'text', text: { body: 'Hi' } };
  const BOB = { profile: { name: 'Bob' }, wa_id: '15550001111', user_id: 'US.1' };

  it.each([
    ['phone and contact', text, [BOB, ANA], { waId: '551199990000', userId: 'BR.150' }, 'Ana'],
    [
      'a user id only',
      { ...text, from: undefined, from_user_id: 'BR.150' },
      [BOB, ANA],
      { waId: '551199990000', userId: 'BR.150' },
      'Ana',
    ],
    [
      'a user id only and a contact that hides the phone',
      { ...text, from: undefined, from_user_id: 'BR.150' },
      [{ user_id: 'BR.150', profile: { name: 'Ana' } }],
      { waId: null, userId: 'BR.150' },
      'Ana',
    ],
    [
      'a user id where the phone belongs',
      { ...text, from: 'BR.150' },
      [],
      { waId: null, userId: 'BR.150' },
      null,
    ],
    [
      'nobody, with one contact',
      { ...text, from: undefined },
      [ANA],
      { waId: '551199990000', userId: 'BR.150' },
      'Ana',
    ],
    [
      'nobody, with two contacts',
      { ...text, from: undefined },
      [ANA, BOB],
      { waId: null, userId: null },
      null,
    ],
    ["somebody else's contact only", text, [BOB], { waId: '551199990000', userId: null }, null],
    [
      'a phone with a plus',
      { ...text, from: '+551199990000' },
      [ANA],
      { waId: '551199990000', userId: 'BR.150' },
      'Ana',
    ],
  ])('is found from %s', (_, message, contacts, from, name) => {
    expect(read(message, contacts)).toMatchObject({ from, profile: { name } });
  });
});

describe('the context of a message', () => {
  it.each([
    [
      { from: '1', id: 'wamid.X' },
      { messageId: 'wamid.X', forwarded: false, referredProduct: null },
    ],
    [{ frequently_forwarded: true }, { messageId: null, forwarded: true, referredProduct: null }],
    [
      { id: 'wamid.Y', referred_product: { catalog_id: '1948', product_retailer_id: 'S' } },
      { messageId: 'wamid.Y', forwarded: false, referredProduct: { catalogId: '1948', retailerId: 'S' } },
    ],
    [undefined, null],
  ])('reads %j', (context, expected) => {
    expect(read({ type: 'text', text: { body: 'x' }, context })?.context).toEqual(expected);
  });

  it('keeps the ad the person came from', () => {
    const referral = { source_url: 'https://fb.me/x', ctwa_clid: 'Aff' };
    expect(read({ type: 'text', text: { body: 'x' }, referral })?.referral).toEqual(referral);
  });
});

describe('system messages', () => {
  it('report a new number and the new user id', () => {
    const system = {
      type: 'user_changed_number',
      body: 'b',
      wa_id: '12195555358',
      user_id: 'US.NEW',
      previous_user_id: 'US.OLD',
    };
    expect(
      parseSystemMessage(
        { type: 'system', from: '16505551234', id: 'wamid.S', timestamp: '1794000200', system },
        ORIGIN,
      ),
    ).toEqual({
      ...ORIGIN,
      wamid: 'wamid.S',
      kind: 'number',
      before: { waId: '16505551234', userId: 'US.OLD' },
      after: { waId: '12195555358', userId: 'US.NEW' },
      at: new Date('2026-11-06T21:23:20Z'),
      body: 'b',
    });
  });

  it('report a new user id without a phone', () => {
    const system = { type: 'user_changed_user_id', user_id: 'US.NEW', previous_user_id: 'US.OLD' };
    expect(parseSystemMessage({ type: 'system', id: 'wamid.S', system }, ORIGIN)).toMatchObject({
      kind: 'user-id',
      before: { waId: null, userId: 'US.OLD' },
      after: { waId: null, userId: 'US.NEW' },
    });
  });

  it('are nothing without their content', () => {
    expect(parseSystemMessage({ type: 'system', id: 'wamid.S' }, ORIGIN)).toBeNull();
  });
});

it('never throws on arbitrary messages', () => {
  const types = ['text', 'order', 'interactive', 'image', 'contacts', 'unsupported', 'system', '__proto__'];
  const json = fc.jsonValue();
  const message = fc.dictionary(
    fc.constantFrom('id', 'from', 'context', 'referral', 'errors', ...types),
    json,
  );
  fc.assert(
    fc.property(message, fc.constantFrom(...types), fc.array(json), (fields, type, contacts) => {
      const listed = contacts.filter(
        (item) => typeof item === 'object' && item !== null,
      ) as unknown as JsonObject[];
      parseInboundMessage({ ...fields, id: 'wamid.1', type }, ORIGIN, listed);
      parseSystemMessage({ ...fields, type }, ORIGIN);
    }),
  );
});
