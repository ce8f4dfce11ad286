import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RecipientValues, type RenderProblem } from './filling.js';
import {
  compileTemplate,
  renderTemplate,
  type CompileOptions,
  type RenderedTemplate,
} from './render-template.js';

const body = (text: string): object => ({ type: 'BODY', text });
const buttons = (...list: object[]): object => ({ type: 'BUTTONS', buttons: list });
const url = (): object => ({ type: 'URL', text: 'Shop', url: 'https://r.example.com/c/{{1}}' });

const render = (components: object[], values: RecipientValues, options?: CompileOptions): RenderedTemplate =>
  renderTemplate(compileTemplate(components, options), values);
const problemsOf = (rendered: RenderedTemplate): RenderProblem[] => (rendered.ok ? [] : rendered.problems);

describe('where values come from', () => {
  const hello = [body('Hi {{1}}, {{2}}')];
  const named = [body('Hi {{first_name}}')];
  const first = (rendered: RenderedTemplate): unknown =>
    rendered.ok &&
    (rendered.components[0] as { parameters: { text: string }[] }).parameters.map((given) => given.text);

  it.each<[string, object[], RecipientValues, unknown, unknown]>([
    [
      'the recipient before the campaign',
      hello,
      { variables: { '1': 'own' } },
      { '1': 'all', '2': 'all' },
      ['own', 'all'],
    ],
    [
      'the campaign where the recipient has a blank',
      hello,
      { variables: { '1': ' ' } },
      ['all', 'all'],
      ['all', 'all'],
    ],
    [
      'a recipient variable named by the campaign',
      hello,
      { variables: { name: 'Ana' } },
      { '1': '{{name}}', '2': 'x' },
      ['Ana', 'x'],
    ],
    [
      'a customer field',
      hello,
      { customer: { city: 'Rio' } },
      { '1': '{{customer.city}}', '2': '{{city}}' },
      ['Rio', 'Rio'],
    ],
    [
      'a path into the attributes',
      hello,
      { customer: { attributes: { sale: { to: 'Bali' } } } },
      { '1': '{{customer.sale.to}}', '2': '{{customer.attributes.sale.to}}' },
      ['Bali', 'Bali'],
    ],
    [
      'the fallback',
      hello,
      {},
      { '1': '{{name|there}}', '2': 'in {{customer.city|your city}}!' },
      ['there', 'in your city!'],
    ],
    [
      'a recipient variable before the customer field',
      hello,
      { variables: { name: 'V' }, customer: { name: 'C' } },
      { '1': '{{name}}', '2': '{{customer.name}}' },
      ['V', 'C'],
    ],
    ['a named variable from the customer', named, { customer: { first_name: 'Ana' } }, {}, ['Ana']],
    [
      'the campaign before the customer',
      named,
      { customer: { first_name: 'Ana' } },
      { first_name: 'friend' },
      ['friend'],
    ],
    [
      'a campaign default that names itself',
      named,
      { customer: { first_name: 'Ana' } },
      { first_name: '{{first_name|friend}}' },
      ['Ana'],
    ],
    ['a number of the campaign', hello, {}, { '1': 5, '2': true }, ['5', 'true']],
  ])('takes %s', (_, components, values, defaults, expected) => {
    expect(first(render(components, values, { defaults }))).toEqual(expected);
  });

  it('names the missing placeholder of a campaign value', () => {
    const rendered = render(hello, {}, { defaults: { '1': 'Dear {{name}} of {{customer.city}}', '2': 'x' } });
    expect(problemsOf(rendered)).toEqual([
      {
        component: 'body',
        index: 0,
        card: null,
        name: '1',
        reason: 'missing',
        detail: 'nothing to fill {{name}}, {{customer.city}} with',
      },
    ]);
  });

  it('rejects a campaign object that is only half filled', () => {
    const sections = [{ product_items: [{ product_retailer_id: '{{sku}}' }] }];
    const defaults = { 'button.0': { thumbnail_product_retailer_id: 'a', sections } };
    const rendered = render([buttons({ type: 'MPM' })], {}, { defaults });
    expect(problemsOf(rendered)).toMatchObject([
      { reason: 'missing', detail: 'nothing to fill {{sku}} with' },
    ]);
  });

  it('drops the problem of an earlier value once another one fills the slot', () => {
    const defaults = { '1': '{{nobody}}', 'body.1': 'Ana' };
    const rendered = render(hello, {}, { defaults });
    expect(problemsOf(rendered)).toMatchObject([{ name: '2', detail: 'give it as "2" or "body.2"' }]);
  });

  it('says under which names a missing value may be given', () => {
    expect(problemsOf(render([buttons(url())], {}))[0]?.detail).toBe('give it as "button.0" or "1"');
  });
});

describe('hostile values', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '$&',
      '$1',
      "$'",
      '{{1}}',
      '{{2}}',
      '{{customer.secret}}',
      '}}{{',
      '__proto__',
      'constructor',
    ),
    fc.string({ unit: 'binary' }),
  );
  const components = [body('A {{1}} B {{2}} C'), buttons(url())];
  const compiled = compileTemplate(components, { defaults: { '2': '{{nick|you}}' } });

  it('are inserted as they are, blanks aside, and never expanded again', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, nick) => {
        const values = {
          variables: { '1': `x${one}x`, nick: `y${nick}y`, 'button.0': 'z' },
          customer: { secret: 'S3CRET' },
        };
        const rendered = renderTemplate(compiled, values);
        const squeeze = (given: string): string =>
          given.replace(/\p{Cs}/gu, '\ufffd').replace(/[\s\p{Cc}]+/gu, '');
        expect(rendered.ok).toBe(true);
        const sent =
          (rendered as unknown as { components: { parameters: { text: string }[] }[] }).components[0]
            ?.parameters ?? [];
        expect(sent.map((given) => squeeze(given.text))).toEqual([squeeze(`x${one}x`), squeeze(`y${nick}y`)]);
        expect(JSON.stringify(sent)).not.toContain('S3CRET');
        for (const given of sent) expect(given.text).not.toMatch(/[\n\r\t\u2028]| {5}/);
      }),
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'find no value in the prototype under %s',
    (name) => {
      const rendered = render([body(`Hi {{${name}}}`)], { variables: {}, customer: {} });
      expect(problemsOf(rendered)).toMatchObject([{ name, reason: 'missing' }]);
    },
  );

  it.each(['{{customer.constructor.name}}', '{{constructor.name}}', '{{list.length}}'])(
    'find no value in the prototype by %s',
    (path) => {
      const values = { variables: { list: 'abc' }, customer: { name: 'Ana' } };
      const rendered = render([body('Hi {{1}}')], values, { defaults: { '1': path } });
      expect(problemsOf(rendered)).toMatchObject([{ name: '1', reason: 'missing' }]);
    },
  );

  it('find nothing in what a customer object inherits', () => {
    const customer: unknown = Object.create({ first_name: 'inherited' });
    const rendered = render([body('Hi {{first_name}}')], { variables: customer, customer });
    expect(problemsOf(rendered)).toMatchObject([{ name: 'first_name', reason: 'missing' }]);
  });

  it('leave the prototype alone', () => {
    const variables: unknown = JSON.parse(
      '{"__proto__": {"polluted": "yes"}, "1": "a", "2": "b", "button.0": "c"}',
    );
    const defaults: unknown = JSON.parse('{"button.0": {"__proto__": {"polluted": "{{1}}"}}}');
    expect(render(components, { variables }, { defaults }).ok).toBe(true);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('of any shape and any template never throw', () => {
    const json = fc.jsonValue();
    fc.assert(
      fc.property(json, json, json, json, (template, variables, customer, defaults) => {
        renderTemplate(compileTemplate(template, { defaults }), { variables, customer });
        const listed = [{ type: 'HEADER', format: 'IMAGE' }, body('{{1}}'), template];
        renderTemplate(compileTemplate(listed, { defaults }), {
          variables: { header: variables, '1': customer },
          customer,
        });
      }),
    );
  });

  it('of a million characters are refused at once', () => {
    const rendered = render([body('Hi {{1}}.')], { variables: [' x\n'.repeat(333_333)] });
    expect(problemsOf(rendered)).toMatchObject([{ reason: 'too-long' }]);
  });
});
