import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileRawComponents, renderRawComponents, type RawOptions } from './raw-components.js';
import { type RecipientValues } from './filling.js';
import { compileTemplate, type RenderedTemplate } from './render-template.js';

const render = (raw: unknown, values: RecipientValues = {}, options: RawOptions = {}): RenderedTemplate =>
  renderRawComponents(compileRawComponents(raw, options), values);

// The example of the Marketing API's guide.
const GUIDE = [
  { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/sale-banner.jpg' } }] },
  { type: 'body', parameters: [{ type: 'text', text: '30%' }] },
];
const body = (...texts: string[]): object => ({
  type: 'body',
  parameters: texts.map((text) => ({ type: 'text', text })),
});

describe('renderRawComponents', () => {
  it('sends components without placeholders as they are', () => {
    expect(render(GUIDE)).toEqual({ ok: true, components: GUIDE });
  });

  it('never changes its input', () => {
    const raw = structuredClone(GUIDE);
    render(raw, { variables: ['40%'] });
    expect(raw).toEqual(GUIDE);
  });

  it.each<[string, unknown, RecipientValues, RawOptions, unknown]>([
    [
      'placeholders anywhere',
      [
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://x.example/{{sku}}.jpg' } }] },
        body('Hi {{name|there}}'),
      ],
      { variables: { sku: 'a1' } },
      {},
      [
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://x.example/a1.jpg' } }] },
        body('Hi there'),
      ],
    ],
    [
      'campaign values and customer fields',
      [body('{{1}} in {{customer.city}}')],
      { customer: { city: 'Rio' } },
      { defaults: { '1': 'Sale' } },
      [body('Sale in Rio')],
    ],
    [
      'campaign values with placeholders of their own',
      [body('{{1}}')],
      { variables: { name: 'Ana' } },
      { defaults: { '1': 'for {{name}}' } },
      [body('for Ana')],
    ],
    [
      "the recipient's own parameters, by position",
      GUIDE,
      { variables: ['40%'] },
      {},
      [GUIDE[0], body('40%')],
    ],
    [
      "the recipient's own parameters, by number",
      GUIDE,
      { variables: { '1': '40%' } },
      {},
      [GUIDE[0], body('40%')],
    ],
    [
      "the recipient's own parameters, by name",
      [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'rate', text: '30%' }] }],
      { variables: { rate: '40%' } },
      {},
      [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'rate', text: '40%' }] }],
    ],
    [
      'a fallback where the campaign value lacks something',
      [body('{{a|none}}')],
      {},
      { defaults: { a: '{{b}}' } },
      [body('none')],
    ],
    [
      'fixed texts beside placeholders unchanged',
      [body('30%', '{{name}}')],
      { variables: { '1': '40%', name: 'Ana' } },
      {},
      [body('30%', 'Ana')],
    ],
    [
      'a body of recipient parameters where there is none',
      [GUIDE[0]],
      { variables: ['a', 'b'] },
      {},
      [GUIDE[0], body('a', 'b')],
    ],
    [
      'a body of campaign values where there is nothing at all',
      [],
      {},
      { defaults: { '1': 'a' } },
      [body('a')],
    ],
    ['nothing where there is nothing', null, { variables: { name: 'Ana' } }, {}, []],
    [
      'texts without line breaks',
      [body('two\nlines', '{{1}}')],
      { variables: ['a\t b'] },
      {},
      [body('two lines', 'a b')],
    ],
    [
      'other kinds of parameters untouched',
      [
        {
          type: 'body',
          parameters: [
            { type: 'currency', currency: { fallback_value: '$25', code: 'USD', amount_1000: 25000 } },
          ],
        },
      ],
      { variables: ['x'] },
      {},
      [
        {
          type: 'body',
          parameters: [
            { type: 'currency', currency: { fallback_value: '$25', code: 'USD', amount_1000: 25000 } },
          ],
        },
      ],
    ],
  ])('sends %s', (_, raw, values, options, components) => {
    expect(render(raw, values, options)).toEqual({ ok: true, components });
  });

  it('fills components that the campaign omits from the template', () => {
    const template = compileTemplate([
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Hi {{1}}.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Shop', url: 'https://x.example/{{1}}' },
          { type: 'URL', text: 'B', url: 'https://y.example/{{1}}' },
        ],
      },
    ]);
    const written = {
      type: 'button',
      sub_type: 'url',
      index: 1,
      parameters: [{ type: 'text', text: 'fixed' }],
    };
    const rendered = render(
      [GUIDE[0], written],
      { variables: { '1': 'Ana', 'button.0': 'a' } },
      { template },
    );
    expect(rendered).toEqual({
      ok: true,
      components: [
        GUIDE[0],
        written,
        body('Ana'),
        { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'a' }] },
      ],
    });
  });

  it.each<[string, unknown, RecipientValues, object]>([
    [
      'a placeholder nobody fills',
      [GUIDE[0], body('Hi {{name}}, {{name}}')],
      {},
      { component: 'body', index: 1, name: 'name', reason: 'missing' },
    ],
    [
      'a placeholder that leaves nothing',
      [body('{{name|}}')],
      {},
      { component: 'body', index: 0, name: '1', reason: 'missing' },
    ],
    ['an empty text', [body('')], {}, { component: 'body', index: 0, name: '1', reason: 'missing' }],
  ])('reports %s', (_, raw, values, problem) => {
    const rendered = render(raw, values);
    expect(rendered).toMatchObject({ ok: false, problems: [problem] });
    expect(rendered.ok ? 0 : rendered.problems.length).toBe(1);
  });

  it('reports a body that grows too long', () => {
    const template = compileTemplate([{ type: 'BODY', text: 'Hi {{1}}.' }]);
    const rendered = (length: number): RenderedTemplate =>
      render([body('{{1}}')], { variables: ['x'.repeat(length)] }, { template });
    expect(rendered(1_020).ok).toBe(true);
    expect(rendered(1_021)).toMatchObject({
      ok: false,
      problems: [{ component: 'body', reason: 'too-long' }],
    });
  });

  it('never throws and never expands inserted values', () => {
    const json = fc.jsonValue();
    fc.assert(
      fc.property(json, json, json, (raw, variables, defaults) => {
        render(raw, { variables }, { defaults });
        render([raw, body('{{1}}')], { variables }, { defaults });
      }),
    );
    expect(render([body('{{1}} {{2}}')], { variables: ['{{2}}', '$&'], customer: {} })).toEqual({
      ok: true,
      components: [body('{{2}} $&')],
    });
  });

  it('keeps a hostile key an ordinary key', () => {
    const raw: unknown = JSON.parse('[{"type":"x","__proto__":{"polluted":"{{1}}"}}]');
    const rendered = render(raw, { variables: ['yes'] });
    expect(JSON.stringify(rendered)).toContain('"__proto__":{"polluted":"yes"}');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
