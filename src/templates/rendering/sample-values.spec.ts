import { describe, expect, it } from '@jest/globals';
import { previewTemplate } from './preview-template.js';
import { previewText } from './preview-text.js';
import { compileTemplate, renderTemplate } from './render-template.js';
import { sampleValues } from './sample-values.js';

function shown(components: unknown): string {
  const compiled = compileTemplate(components);
  const rendered = renderTemplate(compiled, { variables: sampleValues(components, compiled.inputs) });
  return previewText(
    previewTemplate(compiled.description, rendered.ok ? rendered.components : rendered.draft),
  );
}

const POSITIONAL = [
  { type: 'HEADER', format: 'TEXT', text: 'For {{1}}', example: { header_text: ['Ana'] } },
  { type: 'BODY', text: '{{2}} before {{1}}', example: { body_text: [['a', 'b']] } },
  { type: 'FOOTER', text: 'Reply STOP' },
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'QUICK_REPLY', text: 'Stop' },
      { type: 'URL', text: 'Shop', url: 'https://x.example/c/{{1}}', example: ['https://x.example/c/abc'] },
      { type: 'URL', text: 'More', url: 'https://x.example/m/{{1}}', example: 'xyz' },
      { type: 'COPY_CODE', text: 'Copy', example: ['25OFF'] },
    ],
  },
];

describe('the preview of a template', () => {
  it('is filled with the samples of a positional one', () => {
    expect(shown(POSITIONAL)).toBe(
      [
        'For Ana',
        'b before a',
        'Reply STOP',
        '[Stop]',
        '[Shop: https://x.example/c/abc]',
        '[More: https://x.example/m/xyz]',
        '[Copy: 25OFF]',
      ].join('\n'),
    );
  });

  it('is filled with the samples of a named one', () => {
    const params = (name: string, example: string): object[] => [{ param_name: name, example }];
    const text = shown([
      {
        type: 'HEADER',
        format: 'TEXT',
        text: '{{sale}}',
        example: { header_text_named_params: params('sale', 'Spring') },
      },
      { type: 'BODY', text: 'Hi {{who}}!', example: { body_text_named_params: params('who', 'Ana') } },
    ]);
    expect(text).toBe('Spring\nHi Ana!');
  });

  it('shows files, offers and cards in words', () => {
    const card = (text: string): object => ({
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text, example: { body_text: [['one']] } },
        { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Go' }] },
      ],
    });
    const text = shown([
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'See' },
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Sale', has_expiration: true } },
      { type: 'CAROUSEL', cards: [card('Card {{1}}'), card('Second')] },
    ]);
    expect(text).toBe('[image]\nSee\nSale\n(1) [image] Card one [Go]\n(2) [image] Second [Go]');
  });

  it('keeps the braces where there is no sample', () => {
    expect(shown([{ type: 'BODY', text: 'Hi {{1}} and {{2}}', example: { body_text: [['Ana']] } }])).toBe(
      'Hi Ana and {{2}}',
    );
  });

  it.each([[null], [[]], ['x'], [[{ type: 'BODY', text: '{{1}}', example: { body_text: 'x' } }]]])(
    'survives %j',
    (components) => {
      expect(typeof shown(components)).toBe('string');
    },
  );
});
