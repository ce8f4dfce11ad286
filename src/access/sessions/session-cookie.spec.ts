import { describe, expect, it } from '@jest/globals';
import { sessionTokenFrom } from './session-cookie.js';

const from = (cookie: string, isSecure: boolean) => sessionTokenFrom({ headers: { cookie } }, isSecure);

describe('sessionTokenFrom', () => {
  it('takes the token of its own name among others', () => {
    expect(from('a=1; drumbeat=t0k=en; b=2', false)).toBe('t0k=en');
    expect(from('__Host-drumbeat=token', true)).toBe('token');
  });

  it('over https takes only the name that no other host of the site can set', () => {
    expect(from('drumbeat=theirs', true)).toBeUndefined();
    expect(from('drumbeat=theirs; __Host-drumbeat=mine', true)).toBe('mine');
  });
});
