import { describe, expect, it } from '@jest/globals';
import { lintTemplate } from './lint-template.js';
import type { Component, TemplateDraft } from './template-draft.js';

const PICTURE = '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d';
const FILM = '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4e';
const ASSETS = new Map([
  [PICTURE, 'image'],
  [FILM, 'video'],
] as const);

const header = (format: string, more: Component = {}): Component => ({ type: 'HEADER', format, ...more });
const picture = header('IMAGE', { example: { asset: PICTURE } });
const body = (text: string, ...example: string[]): Component =>
  example.length === 0 ? { type: 'BODY', text } : { type: 'BODY', text, example: { body_text: [example] } };
const named = (text: string, ...names: string[]): Component => ({
  type: 'BODY',
  text,
  example: { body_text_named_params: names.map((param_name) => ({ param_name, example: 'Ana' })) },
});
const footer = (text = 'Reply STOP to unsubscribe'): Component => ({ type: 'FOOTER', text });
const buttons = (...list: Component[]): Component => ({ type: 'BUTTONS', buttons: list });
const reply = (text: string): Component => ({ type: 'QUICK_REPLY', text });
const link = (url = 'https://shop.example/', more: Component = {}): Component => ({
  type: 'URL',
  text: 'Shop',
  url,
  ...more,
});
const phone: Component = { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+14694652751' };
const code = (example: unknown = 'SPRING25'): Component => ({ type: 'COPY_CODE', example });
const offer = (text = 'Ends tonight'): Component => ({
  type: 'LIMITED_TIME_OFFER',
  limited_time_offer: { text, has_expiration: true },
});
const card = (...parts: Component[]): Component => ({ components: parts });
const plainCard = card(picture, body('Bali'), buttons(link()));
const carousel = (...cards: Component[]): Component => ({ type: 'CAROUSEL', cards });
const HI = body('Hi {{1}}, welcome.', 'Ana');

function draft(components: Component[], more: Partial<TemplateDraft> = {}): TemplateDraft {
  return { name: 'spring_sale', language: 'en_US', category: 'MARKETING', components, ...more };
}

const errorsOf = (given: TemplateDraft): string[] =>
  lintTemplate(given, ASSETS).errors.map(({ field, message }) => `${field} ${message}`);

type Case = [rule: string, passes: TemplateDraft, fails: TemplateDraft, error: string];

const long = (length: number): string => 'x'.repeat(length);

/** Every rule with a template that passes and its twin that does not. */
const CASES: Case[] = [
  [
    'names have small letters',
    draft([HI]),
    draft([HI], { name: 'Spring' }),
    'name may have lower-case letters',
  ],
  ['a body is needed', draft([HI]), draft([picture]), 'components needs a BODY'],
  ['parts are known', draft([HI]), draft([HI, { type: 'GREETING' }]), 'components.1.type must be one of'],
  [
    'parts come once',
    draft([HI, footer()]),
    draft([HI, footer(), footer()]),
    'components.2 is a second FOOTER',
  ],
  [
    'a body has 1,024 characters',
    draft([body(long(1_024))]),
    draft([body(long(1_025))]),
    'components.0.text may have at most 1024',
  ],
  [
    'characters are counted, not units',
    draft([body('😀'.repeat(1_024))]),
    draft([body('😀'.repeat(1_025))]),
    'at most',
  ],
  [
    'the body of an offer has 600',
    draft([body(long(600)), offer(), buttons(link())]),
    draft([body(long(601)), offer(), buttons(link())]),
    'components.0.text may have at most 600',
  ],
  [
    'a body does not begin with a variable',
    draft([HI]),
    draft([body('{{1}}, hi.', 'Ana')]),
    'components.0.text must not begin with a variable',
  ],
  [
    'a body does not end with a variable',
    draft([HI]),
    draft([body('Hi {{1}}', 'Ana')]),
    'components.0.text must not end with a variable',
  ],
  [
    'variables are kept apart',
    draft([body('Hi {{1}} and {{2}}.', 'a', 'b')]),
    draft([body('Hi {{1}} {{2}}.', 'a', 'b')]),
    'components.0.text has two variables without a word',
  ],
  [
    'variables count from 1',
    draft([body('Hi {{1}} and {{2}}.', 'a', 'b')]),
    draft([body('Hi {{1}} and {{3}}.', 'a', 'b')]),
    'components.0.text numbers its variables from {{1}} on',
  ],
  [
    'variables are numbered or named',
    draft([named('Hi {{a}} and {{b}}.', 'a', 'b')]),
    draft([named('Hi {{1}} and {{b}}.', 'b')]),
    'components.0.text mixes numbered and named',
  ],
  [
    'names of variables are small',
    draft([named('Hi {{first_name}}.', 'first_name')]),
    draft([named('Hi {{firstName}}.', 'firstName')]),
    'components.0.text {{firstName}}: a name has',
  ],
  [
    'variables have the format that is declared',
    draft([named('Hi {{name}}.', 'name')], { parameterFormat: 'NAMED' }),
    draft([HI], { parameterFormat: 'NAMED' }),
    'components.0.text has numbered variables, and parameterFormat is NAMED',
  ],
  [
    'braces are variables',
    draft([HI]),
    draft([body('Hi {{first name}}, welcome.')]),
    'components.0.text has braces without a variable',
  ],
  [
    'each numbered variable has an example',
    draft([body('Hi {{1}} and {{2}}.', 'a', 'b')]),
    draft([body('Hi {{1}} and {{2}}.', 'a')]),
    'components.0.example.body_text needs an example for {{2}}',
  ],
  [
    'each named variable has an example',
    draft([named('Hi {{a}} and {{b}}.', 'a', 'b')]),
    draft([named('Hi {{a}} and {{b}}.', 'a')]),
    'components.0.example.body_text_named_params needs an example for {{b}}',
  ],
  [
    'a header has 60 characters',
    draft([header('TEXT', { text: long(60) }), HI]),
    draft([header('TEXT', { text: long(61) }), HI]),
    'components.0.text may have at most 60',
  ],
  [
    'a header has one line',
    draft([header('TEXT', { text: 'Hello there' }), HI]),
    draft([header('TEXT', { text: 'Hello\nthere' }), HI]),
    'components.0.text must be on one line',
  ],
  [
    'a header has one variable',
    draft([header('TEXT', { text: 'For {{1}}', example: { header_text: ['Ana'] } }), HI]),
    draft([header('TEXT', { text: '{{1}} and {{2}}', example: { header_text: ['a', 'b'] } }), HI]),
    'components.0.text may have one variable',
  ],
  [
    'the variable of a header has an example',
    draft([header('TEXT', { text: 'For {{1}}', example: { header_text: ['Ana'] } }), HI]),
    draft([header('TEXT', { text: 'For {{1}}' }), HI]),
    'components.0.example.header_text needs an example for {{1}}',
  ],
  [
    'a header is of a known format',
    draft([header('LOCATION'), HI]),
    draft([header('AUDIO'), HI]),
    'components.0.format must be one of',
  ],
  [
    'a picture has an example',
    draft([picture, HI]),
    draft([header('IMAGE'), HI]),
    'components.0.example needs an example',
  ],
  [
    'the example of a picture exists',
    draft([picture, HI]),
    draft([header('IMAGE', { example: { asset: PICTURE.replace('4d', '00') } }), HI]),
    'components.0.example.asset does not name a media asset',
  ],
  [
    'the example of a film is a film',
    draft([header('VIDEO', { example: { asset: FILM } }), HI]),
    draft([header('VIDEO', { example: { asset: PICTURE } }), HI]),
    'components.0.example.asset is of kind image, and must be of kind video',
  ],
  [
    'a footer has 60 characters',
    draft([HI, footer(long(60))]),
    draft([HI, footer(long(61))]),
    'components.1.text may have at most 60',
  ],
  [
    'a footer has no variables',
    draft([HI, footer()]),
    draft([HI, footer('Bye {{1}} now')]),
    'components.1.text must not have variables',
  ],
  [
    'there is a button in buttons',
    draft([HI, buttons(reply('Yes'))]),
    draft([HI, buttons()]),
    'components.1.buttons needs at least one',
  ],
  [
    'ten buttons at most',
    draft([HI, buttons(...Array.from({ length: 10 }, (_, i) => reply(`R${i}`)))]),
    draft([HI, buttons(...Array.from({ length: 11 }, (_, i) => reply(`R${i}`)))]),
    'components.1.buttons may have at most 10 buttons',
  ],
  [
    'two links at most',
    draft([HI, buttons(link(), link())]),
    draft([HI, buttons(link(), link(), link())]),
    'at most 2 of type URL',
  ],
  [
    'one number at most',
    draft([HI, buttons(phone)]),
    draft([HI, buttons(phone, phone)]),
    'at most 1 of type PHONE_NUMBER',
  ],
  [
    'one code at most',
    draft([HI, buttons(code())]),
    draft([HI, buttons(code(), code())]),
    'at most 1 of type COPY_CODE',
  ],
  [
    'quick replies stand together',
    draft([HI, buttons(reply('Yes'), reply('No'), link())]),
    draft([HI, buttons(reply('Yes'), link(), reply('No'))]),
    'components.1.buttons must keep the quick replies together',
  ],
  [
    'labels have 25 characters',
    draft([HI, buttons(reply(long(25)))]),
    draft([HI, buttons(reply(long(26)))]),
    'components.1.buttons.0.text may have at most 25',
  ],
  [
    'labels are there',
    draft([HI, buttons(reply('Yes'))]),
    draft([HI, buttons(reply(' '))]),
    'components.1.buttons.0.text is required',
  ],
  [
    'labels have no variables',
    draft([HI, buttons(reply('Yes'))]),
    draft([HI, buttons(reply('Yes {{1}}'))]),
    'components.1.buttons.0.text must not have variables',
  ],
  [
    'buttons are known',
    draft([HI, buttons(link())]),
    draft([HI, buttons({ type: 'MAGIC' })]),
    'components.1.buttons.0.type must be one of',
  ],
  [
    'links are addresses',
    draft([HI, buttons(link())]),
    draft([HI, buttons(link('shop.example'))]),
    'components.1.buttons.0.url must be an http',
  ],
  [
    'links have 2,000 characters',
    draft([HI, buttons(link(`https://a.example/${long(1_982)}`))]),
    draft([HI, buttons(link(`https://a.example/${long(1_983)}`))]),
    'components.1.buttons.0.url may have at most 2000',
  ],
  [
    'a link changes only at its end',
    draft([HI, buttons(link('https://a.example/{{1}}', { example: ['x'] }))]),
    draft([HI, buttons(link('https://a.example/{{1}}/b', { example: ['x'] }))]),
    'components.1.buttons.0.url takes a variable only at its end',
  ],
  [
    'a link that changes has an example',
    draft([HI, buttons(link('https://a.example/{{1}}', { example: ['x'] }))]),
    draft([HI, buttons(link('https://a.example/{{1}}'))]),
    'components.1.buttons.0.example needs an example',
  ],
  [
    'a number is one',
    draft([HI, buttons(phone)]),
    draft([HI, buttons({ ...phone, phone_number: 'call us' })]),
    'components.1.buttons.0.phone_number must be a phone number',
  ],
  [
    'a code has 20 letters and digits',
    draft([HI, buttons(code(long(20)))]),
    draft([HI, buttons(code('20 % off'))]),
    'components.1.buttons.0.example needs a sample code',
  ],
  [
    'a flow is named',
    draft([HI, buttons({ type: 'FLOW', text: 'Book', flow_id: '1' })]),
    draft([HI, buttons({ type: 'FLOW', text: 'Book' })]),
    'components.1.buttons.0.flow_id must name a flow',
  ],
  [
    'an offer has 16 characters',
    draft([HI, offer(long(16)), buttons(link())]),
    draft([HI, offer(long(17)), buttons(link())]),
    'components.1.limited_time_offer.text may have at most 16',
  ],
  [
    'an offer has no footer',
    draft([HI, offer(), buttons(link())]),
    draft([HI, offer(), footer(), buttons(link())]),
    'components.2 does not go together with a limited-time offer',
  ],
  [
    'an offer has a link',
    draft([HI, offer(), buttons(link())]),
    draft([HI, offer(), buttons(code())]),
    'components.1 needs a URL button',
  ],
  [
    'the code of an offer comes first',
    draft([HI, offer(), buttons(code(), link())]),
    draft([HI, offer(), buttons(link(), code())]),
    'components.1 needs its COPY_CODE button in the first place',
  ],
  [
    'an offer is marketing',
    draft([HI, offer(), buttons(link())]),
    draft([HI, offer(), buttons(link())], { category: 'UTILITY' }),
    'category must be MARKETING',
  ],
  [
    'a carousel has two cards',
    draft([HI, carousel(plainCard, plainCard)]),
    draft([HI, carousel(plainCard)]),
    'components.1.cards must have 2 to 10',
  ],
  [
    'a carousel has ten cards',
    draft([HI, carousel(...Array<Component>(10).fill(plainCard))]),
    draft([HI, carousel(...Array<Component>(11).fill(plainCard))]),
    'components.1.cards must have 2 to 10',
  ],
  [
    'cards are alike',
    draft([HI, carousel(plainCard, plainCard)]),
    draft([HI, carousel(plainCard, card(picture, body('Java'), buttons(reply('More'))))]),
    'components.1.cards.1 must have the same parts',
  ],
  [
    'the body of a card has 160 characters',
    draft([HI, carousel(plainCard, card(picture, body(long(160)), buttons(link())))]),
    draft([HI, carousel(plainCard, card(picture, body(long(161)), buttons(link())))]),
    'components.1.cards.1.components.1.text may have at most 160',
  ],
  [
    'a card has two buttons',
    draft([HI, carousel(...Array<Component>(2).fill(card(picture, buttons(link(), reply('More')))))]),
    draft([HI, carousel(...Array<Component>(2).fill(card(picture, buttons(link(), link(), reply('More')))))]),
    'components.1.cards.0.components.1.buttons may have at most 2 buttons',
  ],
  [
    'a card has a button',
    draft([HI, carousel(plainCard, plainCard)]),
    draft([HI, carousel(card(picture), card(picture))]),
    'components.1.cards.0.components needs BUTTONS',
  ],
  [
    'a card has a picture or a film',
    draft([HI, carousel(plainCard, plainCard)]),
    draft([HI, carousel(card(buttons(link())), card(buttons(link())))]),
    'components.1.cards.0.components needs a HEADER',
  ],
  [
    'a card has no text in its header',
    draft([HI, carousel(plainCard, plainCard)]),
    draft([HI, carousel(...Array<Component>(2).fill(card(header('TEXT', { text: 'Hi' }), buttons(link()))))]),
    'components.1.cards.0.components.0.format must be one of IMAGE, VIDEO, PRODUCT',
  ],
  [
    'a carousel stands under a body alone',
    draft([HI, carousel(plainCard, plainCard)]),
    draft([HI, footer(), carousel(plainCard, plainCard)]),
    'components.2 goes together with a BODY alone, not with FOOTER',
  ],
  [
    'a login code has its button',
    draft([{ type: 'BODY' }, buttons({ type: 'OTP' })], { category: 'AUTHENTICATION' }),
    draft([{ type: 'BODY' }], { category: 'AUTHENTICATION' }),
    'components of an AUTHENTICATION template need exactly one button',
  ],
  [
    'the text of a login code is Meta’s',
    draft([{ type: 'BODY' }, buttons({ type: 'OTP' })], { category: 'AUTHENTICATION' }),
    draft([body('Your code'), buttons({ type: 'OTP' })], { category: 'AUTHENTICATION' }),
    'components.0.text is written by Meta',
  ],
];

describe('the lint of a template', () => {
  it.each(CASES)('knows that %s', (_rule, passes, fails, error) => {
    expect(errorsOf(passes)).toEqual([]);
    expect(errorsOf(fails)).toEqual(expect.arrayContaining([expect.stringContaining(error)]));
  });

  it('takes handles that were uploaded elsewhere', () => {
    const uploaded = header('IMAGE', { example: { header_handle: ['4::aW1hZ2U='] } });
    expect(errorsOf(draft([uploaded, HI]))).toEqual([]);
  });

  it.each<[string, TemplateDraft, boolean]>([
    ['names no way to stop', draft([HI]), true],
    ['says so in its footer', draft([HI, footer()]), false],
    ['has a reply for it', draft([HI, buttons(reply('Unsubscribe'))]), false],
    ['is not marketing', draft([HI], { category: 'UTILITY' }), false],
  ])('warns when a template %s: %#', (_what, given, warns) => {
    expect(lintTemplate(given, ASSETS).warnings.length > 0).toBe(warns);
  });

  it.each<[string, unknown]>([
    ['components of text', ['a', 1, null]],
    ['buttons of another form', [{ type: 'BUTTONS', buttons: 'x' }]],
    ['cards of another form', [{ type: 'CAROUSEL', cards: [1, { components: 'x' }] }]],
    ['examples of another form', [{ type: 'BODY', text: 'Hi {{1}}.', example: [1] }]],
    ['a text that is a number', [{ type: 'HEADER', format: 'TEXT', text: 5 }]],
  ])('reads anything: %s', (_what, components) => {
    const given = (components as unknown[]).map((item) =>
      typeof item === 'object' && item !== null ? (item as Component) : {},
    );
    expect(errorsOf(draft(given)).length).toBeGreaterThan(0);
  });
});
