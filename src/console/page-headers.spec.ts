import { describe, expect, it } from '@jest/globals';
import { pageHeaders } from './page-headers.js';

describe('the headers of the page', () => {
  it('allow scripts and styles of our own alone, and no frame', () => {
    const policy = pageHeaders('abc', 'http://localhost:3000')['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self' 'nonce-abc'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('promise TLS only where there is TLS', () => {
    expect(pageHeaders('abc', 'https://shop.example')).toHaveProperty('strict-transport-security');
    expect(pageHeaders('abc', 'http://localhost:3000')).not.toHaveProperty('strict-transport-security');
  });
});
