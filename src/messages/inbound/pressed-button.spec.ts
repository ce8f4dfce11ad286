import { expect, it } from '@jest/globals';
import { pressedButton } from './pressed-button.js';

it.each([
  [
    { kind: 'button', text: 'Yes', payload: 'YES' },
    { text: 'Yes', payload: 'YES' },
  ],
  [
    { kind: 'button-reply', title: 'Yes', id: 'yes' },
    { text: 'Yes', payload: 'yes' },
  ],
  [
    { kind: 'button', text: null },
    { text: null, payload: null },
  ],
  [{ kind: 'list-reply', title: 'Bali', id: 'bali' }, null],
  [{ kind: 'text', body: 'Yes' }, null],
  [{}, null],
])('%j reports the button %j', (content, button) => {
  expect(pressedButton(content)).toEqual(button);
});
