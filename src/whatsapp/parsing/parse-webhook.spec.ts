import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseWebhook } from './parse-webhook.js';
import { type ParsedWebhook } from './webhook-events.js';

const METADATA = { display_phone_number: '15550783881', phone_number_id: 'PNID' };
const ORIGIN = { wabaId: 'WABA', phoneNumberId: 'PNID', displayPhoneNumber: '15550783881' };

const body = (field: string, value: unknown): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: 'WABA', changes: [{ field, value }] }],
  });
const parse = (field: string, value: object): ParsedWebhook => parseWebhook(body(field, value));
const messages = (value: object): ParsedWebhook => parse('messages', { metadata: METADATA, ...value });
const counts = (found: ParsedWebhook): Record<string, number> =>
  Object.fromEntries(
    Object.entries(found).flatMap(([kind, list]) =>
      Array.isArray(list) && list.length > 0 ? [[kind, list.length]] : [],
    ),
  );

describe('statuses', () => {
  it('reads a sent status with price and user id', () => {
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
    const found = messages({
      contacts: [{ profile: { name: 'Ana' }, wa_id: '551199990000', user_id: 'BR.1502576394655843' }],
      statuses: [
        {
          id: 'wamid.X',
          status: 'sent',
          timestamp: '1794000001',
          recipient_id: '551199990000',
          recipient_user_id: 'BR.1502576394655843',
          biz_opaque_callback_data: 'cmp_42:rcp_9001',
          pricing,
        },
      ],
    });
    expect(counts(found)).toEqual({ statuses: 1 });
    expect(found.statuses[0]).toEqual({
      ...ORIGIN,
      wamid: 'wamid.X',
      status: 'sent',
      at: new Date('2026-11-06T21:20:01Z'),
      recipient: { waId: '551199990000', userId: 'BR.1502576394655843' },
      callbackData: 'cmp_42:rcp_9001',
      errors: [],
      pricing: { type: 'regular', category: 'marketing', billable: true, raw: pricing },
      conversation: null,
      raw: expect.objectContaining({ id: 'wamid.X' }),
    });
  });

  it('reads a failed status, which names no person', () => {
    const errors = [
      { code: 131049, title: 'Not delivered.', message: 'Not delivered.', error_data: { details: 'why' } },
    ];
    const [status] = messages({
      statuses: [{ id: 'wamid.X', status: 'failed', timestamp: 1794000007, errors }],
    }).statuses;
    expect(status).toMatchObject({
      status: 'failed',
      at: new Date('2026-11-06T21:20:07Z'),
      recipient: { waId: null, userId: null },
      errors: [{ code: 131049, details: 'why' }],
    });
  });

  it.each([
    ['a word nobody documented', { id: 'wamid.X', status: 'warning' }],
    ['no message', { status: 'sent' }],
    ['a status that is not an object', 'sent'],
  ])('puts %s aside and keeps its neighbours', (_, bad) => {
    const good = { id: 'wamid.G', status: 'read', timestamp: '1' };
    const found = messages({ statuses: [good, bad, good] });
    expect(counts(found)).toEqual({ statuses: 2, unknown: 1 });
    expect(found.unknown).toEqual([{ wabaId: 'WABA', where: 'statuses', raw: bad }]);
  });
});

describe('what is not a status of a message, or not a message to us', () => {
  it.each(['payment', 'call'])('puts a status of a %s aside', (type) => {
    const found = messages({ statuses: [{ id: 'wamid.1', type, status: 'failed' }] });
    expect(counts(found)).toEqual({ unknown: 1 });
    expect(counts(messages({ statuses: [{ id: 'wamid.1', type: 'message', status: 'failed' }] }))).toEqual({
      statuses: 1,
    });
  });

  it.each([
    ['messages', { messages: 1 }],
    ['standby', { messages: 1 }],
    ['history', { unknown: 1 }],
    ['smb_message_echoes', { unknown: 1 }],
  ])('reads messages of the field %s as %j', (field, expected) => {
    const list = [{ id: 'wamid.2', type: 'text', text: { body: 'Hi' }, from: '551199990000' }];
    expect(counts(parse(field, { metadata: METADATA, messages: list }))).toEqual(expected);
  });

  it('puts messages from our own number aside', () => {
    const own = [{ id: 'wamid.2', type: 'text', text: { body: 'Hi' }, from: '15550783881', to: '55' }];
    expect(counts(messages({ messages: own }))).toEqual({ unknown: 1 });
  });

  it.each([
    ['too long', 'w'.repeat(1_001)],
    ['with NUL', 'wamid.\0'],
    ['with half a character', 'wamid.\ud83d'],
  ])('puts aside what has an id %s', (_, id) => {
    const found = messages({ messages: [{ id, from: '55' }], statuses: [{ id, status: 'read' }] });
    expect(counts(found)).toEqual({ unknown: 2 });
  });

  it('reads calls', () => {
    const call = { id: 'wacid.1', from: '551199990000', to: '15550783881', timestamp: 1731705721 };
    const found = parse('calls', {
      metadata: METADATA,
      calls: [
        { ...call, event: 'connect', direction: 'USER_INITIATED' },
        { ...call, event: 'connect', direction: 'BUSINESS_INITIATED' },
      ],
    });
    expect(found.calls).toMatchObject([
      { ...ORIGIN, event: 'connect', isFromPerson: true, person: { waId: '551199990000', userId: null } },
      { isFromPerson: false },
    ]);
  });
});

describe('preferences', () => {
  it('reads stop and resume, and puts other words aside', () => {
    const item = {
      wa_id: '551199990000',
      user_id: 'BR.150',
      detail: 'd',
      category: 'marketing_messages',
      timestamp: 1731705721,
    };
    const found = parse('user_preferences', {
      metadata: METADATA,
      user_preferences: ['stop', 'resume', 'later'].map((value) => ({ ...item, value })),
    });
    expect(counts(found)).toEqual({ preferences: 2, unknown: 1 });
    expect(found.preferences[0]).toEqual({
      ...ORIGIN,
      person: { waId: '551199990000', userId: 'BR.150' },
      category: 'marketing_messages',
      value: 'stop',
      detail: 'd',
      signupId: null,
      at: new Date(1731705721_000),
    });
  });
});

describe('templates', () => {
  const about = { message_template_name: 'spring_sale', message_template_language: 'pt-BR' };
  const named = { wabaId: 'WABA', name: 'spring_sale', language: 'pt_BR' };

  it.each([
    [
      'message_template_status_update',
      {
        ...about,
        event: 'PAUSED',
        reason: 'NONE',
        message_template_category: 'MARKETING',
        other_info: { title: 'FIRST_PAUSE', description: 'd' },
      },
      {
        kind: 'status',
        event: 'PAUSED',
        reason: 'NONE',
        category: 'MARKETING',
        title: 'FIRST_PAUSE',
        description: 'd',
      },
    ],
    [
      'message_template_status_update',
      { ...about, previous_quality_score: 'GREEN', new_quality_score: 'YELLOW' },
      { kind: 'quality', previous: 'GREEN', current: 'YELLOW' },
    ],
    [
      'template_category_update',
      {
        ...about,
        new_category: 'UTILITY',
        correct_category: 'MARKETING',
        category_update_timestamp: 1746169200,
      },
      { kind: 'category', category: 'UTILITY', nextCategory: 'MARKETING', at: new Date(1746169200_000) },
    ],
    [
      'template_category_update',
      { ...about, previous_category: 'UTILITY', new_category: 'MARKETING' },
      { kind: 'category', previousCategory: 'UTILITY', category: 'MARKETING', nextCategory: null, at: null },
    ],
    [
      'message_template_components_update',
      { ...about, message_template_element: '<body>' },
      { kind: 'components' },
    ],
  ])('reads %s %j', (field, value, expected) => {
    expect(parse(field, value).templates).toEqual([expect.objectContaining({ ...named, ...expected })]);
  });

  it('keeps every digit of an id beyond 2^53', () => {
    const text = body('message_template_status_update', { event: 'APPROVED', message_template_id: 0 });
    const found = parseWebhook(
      text.replace('"message_template_id":0', '"message_template_id":90071992547409931'),
    );
    expect(found.templates).toMatchObject([{ templateId: '90071992547409931' }]);
  });

  it('puts a form without an event aside', () => {
    expect(counts(parse('message_template_status_update', about))).toEqual({ unknown: 1 });
  });
});

describe('limits', () => {
  it.each([
    [
      'business_capability_update',
      { max_daily_conversations_per_business: 2000, max_phone_numbers_per_waba: 25 },
      { limit: 2000, maxPhoneNumbers: 25 },
    ],
    [
      'phone_number_quality_update',
      {
        display_phone_number: '1555',
        event: 'THROUGHPUT_UPGRADE',
        max_daily_conversations_per_business: 'TIER_UNLIMITED',
      },
      { displayPhoneNumber: '1555', event: 'THROUGHPUT_UPGRADE', limit: 'unlimited' },
    ],
    ['phone_number_quality_update', { event: 'ONBOARDING', current_limit: 'TIER_250' }, { limit: 250 }],
    ['business_capability_update', { max_daily_conversations_per_business: 'LOTS' }, { limit: null }],
  ])('reads %s %j', (field, value, expected) => {
    expect(parse(field, value).limits).toMatchObject([{ wabaId: 'WABA', ...expected }]);
  });
});

describe('accounts', () => {
  const restriction = (type: string, expiration?: number): object => ({ restriction_type: type, expiration });
  const MESSAGING = 'RESTRICTED_BIZ_INITIATED_MESSAGING';

  it.each([
    [
      'ACCOUNT_RESTRICTION',
      { restriction_info: [restriction(MESSAGING, 1641848057), restriction(MESSAGING, 1641848000)] },
      'block',
      'restriction',
      new Date(1641848057_000),
    ],
    [
      'ACCOUNT_RESTRICTION',
      { restriction_info: [restriction(MESSAGING, 1641848057), restriction(MESSAGING)] },
      'block',
      'restriction',
      null,
    ],
    [
      'ACCOUNT_RESTRICTION',
      { restriction_info: [restriction('RESTRICTED_ADD_PHONE_NUMBER_ACTION', 1641848057)] },
      'warning',
      null,
      null,
    ],
    ['ACCOUNT_RESTRICTION', {}, 'warning', null, null],
    [
      'DISABLED_UPDATE',
      { ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE', waba_ban_date: 'April 17, 2025' } },
      'warning',
      'ban',
      new Date('2025-04-17T00:00:00Z'),
    ],
    ['DISABLED_UPDATE', { ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE' } }, 'warning', 'ban', null],
    ['DISABLED_UPDATE', { ban_info: { waba_ban_state: 'DISABLE' } }, 'block', 'ban', null],
    ['DISABLED_UPDATE', { ban_info: { waba_ban_state: 'REINSTATE' } }, 'lift', 'ban', null],
    ['ACCOUNT_VIOLATION', { violation_info: { violation_type: 'SCAM' } }, 'warning', null, null],
    ['ACCOUNT_OFFBOARDED', {}, 'block', 'offboarding', null],
    ['ACCOUNT_RECONNECTED', {}, 'lift', 'offboarding', null],
    ['ACCOUNT_DELETED', {}, 'block', 'deletion', null],
    ['VOLUME_BASED_PRICING_TIER_UPDATE', {}, 'none', null, null],
  ])('judges %s %j: %s for %p until %p', (event, more, effect, cause, until) => {
    const value = { event, ...more };
    const { accounts } = parse('account_update', value);
    expect(accounts).toEqual([
      { wabaId: 'WABA', reportedAt: null, field: 'account_update', event, effect, cause, until, raw: value },
    ]);
  });

  it.each([
    ['APPROVED', 'lift'],
    ['REJECTED', 'block'],
    ['PENDING', 'warning'],
    ['DEFERRED', 'warning'],
    ['DISCONNECTED', 'none'],
  ])('judges the review %s: %s', (decision, effect) => {
    expect(parse('account_review_update', { decision }).accounts).toMatchObject([
      { event: decision, effect },
    ]);
  });

  it('reads the other account fields without acting on them', () => {
    const value = { entity_type: 'BUSINESS', alert_info: { alert_type: 'X' } };
    expect(parse('account_alerts', value).accounts).toMatchObject([
      { field: 'account_alerts', effect: 'none', raw: value },
    ]);
  });
});

describe('the time of an entry', () => {
  const AT = new Date('2026-03-01T12:00:00Z');
  const RECEIVED = new Date('2026-03-01T12:00:05.123Z');

  it.each([
    ['account_update', 'accounts', { event: 'ACCOUNT_DELETED' }],
    ['business_capability_update', 'limits', { max_daily_conversations_per_business: 250 }],
    ['message_template_status_update', 'templates', { event: 'PAUSED' }],
  ] as const)('is that of its %s, and the time of receipt when it is missing', (field, kind, value) => {
    const about = { id: 'WABA', changes: [{ field, value }] };
    const read = (entry: object) =>
      parseWebhook(JSON.stringify({ entry: [entry] }), RECEIVED)[kind][0]?.reportedAt;
    expect(read({ ...about, time: AT.getTime() / 1_000 })).toEqual(AT);
    expect(read(about)).toEqual(RECEIVED);
  });
});

describe('everything else', () => {
  it('reads errors without a message, and clicks', () => {
    const click = { click_component: 'cta', click_id: 'c1', tracking_token: 't', product_id: 'p' };
    const found = messages({
      errors: [{ code: 130429, title: 'Rate limit hit' }],
      user_actions: [
        {
          action_type: 'marketing_messages_link_click',
          timestamp: 5,
          marketing_messages_link_click_data: click,
        },
      ],
    });
    expect(found.errors).toMatchObject([{ ...ORIGIN, error: { code: 130429 } }]);
    expect(found.clicks).toEqual([
      { ...ORIGIN, component: 'cta', clickId: 'c1', trackingToken: 't', productId: 'p', at: new Date(5_000) },
    ]);
  });

  it('reads every list, change and entry of one POST', () => {
    const value = {
      metadata: METADATA,
      statuses: [{ id: 'wamid.1', status: 'sent', timestamp: '1' }],
      messages: [{ id: 'wamid.2', type: 'text', text: { body: 'Hi' }, from: '1' }],
    };
    const changes = [
      { field: 'messages', value },
      { field: 'messages', value },
    ];
    const found = parseWebhook(
      JSON.stringify({
        entry: [
          { id: 'A', changes },
          { id: 'B', changes },
        ],
      }),
    );
    expect(counts(found)).toEqual({ statuses: 4, messages: 4 });
    expect(found.statuses.map(({ wabaId }) => wabaId)).toEqual(['A', 'A', 'B', 'B']);
  });

  it.each([
    ['an unknown field', body('holograms', { holograms: [{ id: 1 }] }), ['holograms']],
    ['a call without an id', body('calls', { calls: [{ event: 'connect' }] }), ['calls']],
    ['a change without a value', body('messages', null), ['messages']],
    ['a change that is none', '{"entry":[{"id":"A","changes":[null]}]}', ['change']],
    ['an entry without changes', '{"entry":[{"id":"A"}]}', ['entry']],
    ['an unknown list beside a known one', body('messages', { statuses: [], calls: [1] }), ['calls']],
    [
      'a list that is none beside one that is',
      body('messages', { statuses: [], messages: {} }),
      ['messages'],
    ],
    ['an error that is none', body('messages', { errors: [null] }), ['errors']],
  ])('keeps %s', (_, text, where) => {
    const found = parseWebhook(text);
    expect(found.readable).toBe(true);
    expect(found.unknown.map((item) => item.where)).toEqual(where);
  });

  it.each(['', 'null', '[]', '{"entry":{}}', '<html>', '{"entry":[', '"x"'])(
    'calls %s unreadable',
    (text) => {
      expect(parseWebhook(text)).toMatchObject({ readable: false, unknown: [] });
    },
  );

  it('never throws on arbitrary JSON, and reads anything with entries', () => {
    const json = fc.jsonValue({ maxDepth: 5 });
    const value = fc.dictionary(
      fc.constantFrom(
        'statuses',
        'messages',
        'errors',
        'user_preferences',
        'user_actions',
        'contacts',
        'metadata',
      ),
      fc.oneof(json, fc.array(json)),
    );
    const field = fc.constantFrom(
      'messages',
      'user_preferences',
      'message_template_status_update',
      'template_category_update',
      'business_capability_update',
      'account_update',
      'x',
    );
    const change = fc.oneof(fc.record({ field, value: fc.oneof(value, json) }), json);
    const entry = fc.oneof(fc.record({ id: json, changes: fc.oneof(fc.array(change), json) }), json);
    fc.assert(
      fc.property(fc.oneof(fc.record({ entry: fc.array(entry) }), json), (hook) => {
        const found = parseWebhook(JSON.stringify(hook));
        const entries = (hook as { entry?: unknown } | null)?.entry;
        expect(found.readable).toBe(Array.isArray(entries));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseWebhook(text).readable).toBe(false);
      }),
    );
  });
});
