import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseGraphError, parseWebhookError, withoutTokens } from './graph-error.js';

const ENVELOPE = JSON.stringify({
  error: {
    message: '(#130429) Rate limit hit',
    type: 'OAuthException',
    code: 130429,
    error_data: { messaging_product: 'whatsapp', details: 'Cloud API message throughput has been reached.' },
    error_subcode: 2494055,
    fbtrace_id: 'Az8or2',
  },
});

describe('parseGraphError', () => {
  it("reads Meta's envelope", () => {
    expect(parseGraphError(400, ENVELOPE)).toEqual({
      code: 130429,
      subcode: 2494055,
      httpStatus: 400,
      title: 'Rate limit hit',
      details: 'Cloud API message throughput has been reached.',
      type: 'OAuthException',
      fbtraceId: 'Az8or2',
      isTransient: false,
      userMessage: null,
      href: null,
    });
  });

  it.each([
    ['an empty body', '', 'HTTP 502 with an empty body instead of a Graph error'],
    [
      'a page',
      '<html><head><title>502 Bad Gateway</title></head></html>',
      'HTTP 502 with the page "502 Bad Gateway" instead of a Graph error',
    ],
    ['a page without a title', '<html></html>', 'HTTP 502 with a web page instead of a Graph error'],
    [
      'half a JSON',
      ENVELOPE.slice(0, 40),
      'HTTP 502 with an unreadable body (40 characters) instead of a Graph error',
    ],
    ['another JSON', '{"detail":"x"}', 'HTTP 502 without a Graph error'],
    ['no object', '[1]', 'HTTP 502 without a Graph error'],
  ])('tells %s from a Graph error', (_, body, title) => {
    expect(parseGraphError(502, body)).toMatchObject({ code: null, httpStatus: 502, title });
  });

  it.each([
    ['a code as text', { code: '131026', message: 'm' }, { code: 131026 }],
    ['a code that is none', { code: 'x', message: 'm' }, { code: null }],
    ['details without their object', { code: 1, error_data: 'why' }, { details: 'why' }],
    ['a passing fault', { code: 2, is_transient: true }, { isTransient: true }],
    ['a text for the user', { code: 2, error_user_title: 'T', error_user_msg: 'M' }, { userMessage: 'M' }],
    ['no message', { code: 2 }, { title: 'Unknown error' }],
  ])('reads %s', (_, error, expected) => {
    expect(parseGraphError(400, JSON.stringify({ error }))).toMatchObject(expected);
  });

  it('never throws, whatever the body', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((error) => `{"error":${error}}`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), bodies, (status, body) => {
        expect(parseGraphError(status, body).title).not.toBe('');
      }),
    );
  });
});

describe('parseWebhookError', () => {
  it('reads the flat shape', () => {
    const raw = {
      code: 131049,
      title: 'Not delivered',
      message: 'Not delivered',
      error_data: { details: 'why' },
      href: '/docs',
    };
    expect(parseWebhookError(raw)).toMatchObject({
      code: 131049,
      httpStatus: null,
      title: 'Not delivered',
      details: 'why',
      href: '/docs',
    });
  });

  it.each([null, undefined, 'x', [], 4])('makes an error without a code of %p', (raw) => {
    expect(parseWebhookError(raw)).toMatchObject({ code: null, title: 'Unknown error' });
  });
});

describe('withoutTokens', () => {
  it.each([
    ['Malformed access token EAAJZ1234567890abcdefXYZ', 'Malformed access token [token]'],
    ['header Authorization: Bearer abc.def-1 rejected', 'header Authorization: Bearer [token] rejected'],
    ['/v26.0/1/x?access_token=abc&limit=1', '/v26.0/1/x?access_token=[token]&limit=1'],
    ['{"appsecret_proof":"beef"}', '{"appsecret_proof":"[token]"}'],
    ['Rate limit hit', 'Rate limit hit'],
  ])('turns %s into %s', (text, masked) => {
    expect(withoutTokens(text)).toBe(masked);
  });
});
