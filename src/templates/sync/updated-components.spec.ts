import { describe, expect, it } from '@jest/globals';
import { updatedComponents } from './updated-components.js';

const SHOP = { type: 'URL', text: 'Shop', url: 'https://x/{{1}}', example: ['https://x/a'] };
const COMPONENTS = [
  { type: 'HEADER', format: 'TEXT', text: 'Old' },
  { type: 'BODY', text: 'Hi {{1}}', example: { body_text: [['Ana']] } },
  { type: 'FOOTER', text: 'Bye' },
  { type: 'BUTTONS', buttons: [SHOP, { type: 'QUICK_REPLY', text: 'Stop' }] },
];

describe('updatedComponents', () => {
  it('takes over texts and buttons', () => {
    const updated = updatedComponents(COMPONENTS, {
      message_template_title: 'New',
      message_template_element: 'Hello {{1}}',
      message_template_buttons: [
        {
          message_template_button_type: 'URL',
          message_template_button_text: 'Open',
          message_template_button_url: 'https://x/{{1}}',
        },
      ],
    });
    expect(updated).toEqual([
      { type: 'HEADER', format: 'TEXT', text: 'New' },
      { type: 'BODY', text: 'Hello {{1}}', example: { body_text: [['Ana']] } },
      { type: 'FOOTER', text: 'Bye' },
      { type: 'BUTTONS', buttons: [{ ...SHOP, text: 'Open' }] },
    ]);
  });

  it('leaves a picture in the header alone', () => {
    const header = { type: 'HEADER', format: 'IMAGE' };
    expect(updatedComponents([header], { message_template_title: 'New' })).toEqual([header]);
  });

  it.each([[{}], [{ message_template_element: 5, message_template_buttons: 'x' }], [{ unknown: true }]])(
    'changes nothing for %j',
    (update) => {
      expect(updatedComponents(COMPONENTS, update)).toEqual(COMPONENTS);
    },
  );

  it.each([[[null, 5, 'x']], [[{}]]])('survives the buttons %j', (buttons) => {
    expect(updatedComponents(COMPONENTS, { message_template_buttons: buttons })).toHaveLength(4);
  });
});
