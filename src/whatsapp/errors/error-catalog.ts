import { type CatalogEntry, type ErrorAction, type RecipientFate } from './error-action.js';
import { RARE_ERRORS } from './rare-errors.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

type Stop = 'pause-campaign' | 'end-campaign' | 'pause-sender' | 'pause-account' | 'pause-app';

const FAIL: ErrorAction = { kind: 'fail' };
const IN_DOUBT: ErrorAction = { kind: 'in-doubt' };
const IGNORE: ErrorAction = { kind: 'ignore' };
const stop = (kind: Stop, recipient: RecipientFate): ErrorAction => ({ kind, recipient });
const pauseSender = (forMs: number): ErrorAction => ({ kind: 'pause-sender', recipient: 'requeue', forMs });
const slowDown = (holdMs: number): ErrorAction => ({ kind: 'slow-down', holdMs });
const useEndpoint = (endpoint: 'messages' | 'marketing_messages'): ErrorAction => ({
  kind: 'use-endpoint',
  endpoint,
  recipient: 'requeue',
});
const tryAgain = (
  attempts: number,
  firstDelayMs: number,
  factor: number,
  then: 'fail' | 'pause-campaign' = 'fail',
): ErrorAction => ({ kind: 'retry', attempts, firstDelayMs, factor, then });

type Row = Omit<CatalogEntry, 'certainty' | 'transient' | 'asynchronous'> & Partial<CatalogEntry>;

/** Most errors are certain, permanent and mean the same in an answer and in a `failed` status. */
const complete = (row: Row): CatalogEntry => ({
  certainty: 'certainly-not-sent',
  transient: false,
  asynchronous: row.synchronous,
  ...row,
});

/**
 * Every code Meta documents for messaging, and what we do about it. An answer with HTTP 5xx softens the action
 * further (classify-error.ts). Exact codes win over ranges.
 */
export const ERROR_CATALOG: readonly CatalogEntry[] = (
  [
    // Generic Graph codes
    {
      code: 0,
      httpStatus: 401,
      title: 'Authentication failed',
      scope: 'app',
      synchronous: stop('pause-app', 'requeue'),
      explanation:
        'The access token is invalid or has expired. Every sender that uses it is stopped: store a new system user token, then resume.',
    },
    {
      code: 1,
      httpStatus: 400,
      title: 'Unknown API error',
      scope: 'meta',
      certainty: 'in-doubt',
      transient: true,
      synchronous: IN_DOUBT,
      asynchronous: tryAgain(3, MINUTE, 4),
      explanation:
        "Meta answered with an unspecified error and the message may have gone out. The status webhook settles it; check Meta's status page if this keeps happening.",
    },
    {
      code: 2,
      httpStatus: 503,
      title: 'Service temporarily unavailable',
      scope: 'meta',
      certainty: 'in-doubt',
      transient: true,
      synchronous: IN_DOUBT,
      asynchronous: tryAgain(3, MINUTE, 4),
      explanation:
        'Meta is down or overloaded and the message may have gone out. The status webhook settles it; all you can do is wait.',
    },
    {
      code: 3,
      httpStatus: 500,
      title: 'Capability or permission missing',
      scope: 'app',
      synchronous: stop('pause-app', 'requeue'),
      explanation:
        "The app lacks a capability this call needs. Check the app's permissions (whatsapp_business_messaging, whatsapp_business_management), then resume.",
    },
    {
      code: 4,
      httpStatus: 400,
      title: 'App call limit reached',
      scope: 'app',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation:
        'The app has made too many Graph calls this hour. Calls continue automatically at a lower rate.',
    },
    {
      code: 10,
      httpStatus: 403,
      title: 'Permission denied',
      scope: 'app',
      synchronous: stop('pause-app', 'requeue'),
      explanation:
        "The token's permission was not granted or was removed. Grant it to the system user, then resume.",
    },
    {
      code: 17,
      httpStatus: 400,
      title: 'User call limit reached',
      scope: 'app',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation:
        'The token has made too many Graph calls this hour. Calls continue automatically at a lower rate.',
    },
    {
      code: 32,
      httpStatus: 400,
      title: 'Page call limit reached',
      scope: 'app',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation: 'Too many Graph calls this hour. Calls continue automatically at a lower rate.',
    },
    {
      code: 33,
      httpStatus: 400,
      title: 'Number or object missing',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        "The phone number id is wrong, was deleted, or the token cannot see it. Check the sender's ids, then resume it.",
    },
    {
      code: 100,
      httpStatus: 400,
      title: 'Invalid parameter',
      scope: 'payload',
      synchronous: FAIL,
      explanation:
        "Meta did not accept a value of this message; its details name the field. Correct the recipient's values or the campaign's components.",
    },
    {
      code: 190,
      httpStatus: 401,
      title: 'Access token expired or revoked',
      scope: 'app',
      synchronous: stop('pause-app', 'requeue'),
      explanation:
        'The access token has expired or was revoked. Every sender that uses it is stopped: store a new token, then resume.',
    },
    {
      code: [200, 299],
      httpStatus: 403,
      title: 'Permission missing',
      scope: 'app',
      synchronous: stop('pause-app', 'requeue'),
      explanation:
        'The token may not use this business account or number. Assign the asset and the permission to the system user, then resume.',
    },
    {
      code: 368,
      httpStatus: 403,
      title: 'Account restricted for a policy violation',
      scope: 'account',
      synchronous: stop('pause-account', 'requeue'),
      explanation:
        'Meta has restricted the WhatsApp Business Account. Read the reason in WhatsApp Manager, appeal or wait until the restriction ends, then resume.',
    },
    {
      code: 613,
      httpStatus: 400,
      title: 'Call limit reached',
      scope: 'app',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation: 'Too many calls of this kind. Calls continue automatically at a lower rate.',
    },
    {
      code: 1026,
      httpStatus: null,
      title: 'Receiver cannot show this message',
      scope: 'recipient',
      synchronous: FAIL,
      explanation: "The recipient's app cannot show this kind of message. Another kind may work.",
    },
    {
      code: 80_007,
      httpStatus: 400,
      title: 'Business account call limit reached',
      scope: 'account',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation:
        "The account's budget of API calls is used up for now. Calls continue automatically at a lower rate.",
    },
    {
      code: 80_008,
      httpStatus: 400,
      title: 'Business account call limit reached',
      scope: 'account',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation:
        "The account's budget of management calls is used up for now. Calls continue automatically at a lower rate.",
    },
    {
      code: 80_009,
      httpStatus: 400,
      title: 'Catalog call limit reached',
      scope: 'account',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation:
        "The catalog's budget of calls is used up for now. Calls continue automatically at a lower rate.",
    },
    {
      code: 80_014,
      httpStatus: 400,
      title: 'Catalog batch limit reached',
      scope: 'account',
      transient: true,
      synchronous: slowDown(MINUTE),
      explanation:
        "The catalog's budget of batch calls is used up for now. Calls continue automatically at a lower rate.",
    },
    // Answers of the catalog, which concern an item and never a message
    {
      code: 801,
      httpStatus: 400,
      title: 'Invalid operation',
      scope: 'payload',
      synchronous: FAIL,
      explanation: 'Meta does not allow this call for the object. Its title and details say more.',
    },
    {
      code: 804,
      httpStatus: 400,
      title: 'Object already exists',
      scope: 'payload',
      synchronous: FAIL,
      explanation:
        'A catalog with this name exists in the business. Give it another name, or adopt the existing one.',
    },
    {
      code: 10_800,
      httpStatus: 400,
      title: 'Duplicate SKU',
      scope: 'payload',
      synchronous: FAIL,
      explanation:
        'The retailer id is taken by another item or by a group of variants of the catalog. Give the product another SKU.',
    },
    {
      code: 10_801,
      httpStatus: 400,
      title: 'Image missing',
      scope: 'payload',
      synchronous: FAIL,
      explanation: 'The call needs a file or an address of an image. Give the product an image.',
    },
    {
      code: 2_040,
      httpStatus: 400,
      title: 'Order status not supported',
      scope: 'recipient',
      synchronous: FAIL,
      explanation: "The recipient's app does not show order statuses. A text message reaches them.",
    },
    {
      code: 2_046,
      httpStatus: 400,
      title: 'Order status not allowed',
      scope: 'payload',
      synchronous: FAIL,
      explanation:
        'The order cannot move to this status from its present one: completed and canceled orders stay as they are.',
    },
    {
      code: 2_047,
      httpStatus: 400,
      title: 'Order cannot be cancelled',
      scope: 'payload',
      synchronous: FAIL,
      explanation:
        'The order has been paid or its payment is under way, so Meta does not cancel it. Refund it first.',
    },
    // Recipients, senders, accounts: what stands in the way of a delivery
    {
      code: 130_403,
      httpStatus: null,
      title: 'User blocked',
      scope: 'recipient',
      synchronous: { kind: 'suppress' },
      explanation:
        'Either this person has blocked the business number, or the business has blocked this person. They receive no further messages.',
    },
    {
      code: 130_429,
      httpStatus: 400,
      title: 'Throughput exceeded',
      scope: 'sender',
      transient: true,
      synchronous: slowDown(SECOND),
      explanation:
        'The number sends faster than Meta allows. Sending continues automatically at a lower rate.',
    },
    {
      code: 130_472,
      httpStatus: 400,
      title: 'User is part of a Meta experiment',
      scope: 'recipient',
      synchronous: FAIL,
      explanation:
        'Meta withholds marketing from this person for an experiment; not charged. Another template will not help. Wait until they message you.',
    },
    {
      code: 130_497,
      httpStatus: 403,
      title: 'Business may not message this country',
      scope: 'recipient',
      synchronous: FAIL,
      explanation:
        'Your kind of business may not message people in this country. Exclude the country from the audience.',
    },
    {
      code: 131_000,
      httpStatus: 500,
      title: 'Something went wrong at Meta',
      scope: 'meta',
      certainty: 'in-doubt',
      transient: true,
      synchronous: IN_DOUBT,
      asynchronous: tryAgain(3, MINUTE, 4),
      explanation:
        'Meta failed for an unknown reason and the message may have gone out. The status webhook settles it.',
    },
    {
      code: 131_005,
      httpStatus: 403,
      title: 'Access denied',
      scope: 'app',
      synchronous: stop('pause-app', 'requeue'),
      explanation:
        "The token's permission was not granted or was removed. Grant it to the system user, then resume.",
    },
    {
      code: 131_008,
      httpStatus: 400,
      title: 'Required parameter missing',
      scope: 'payload',
      synchronous: stop('pause-campaign', 'fail'),
      explanation:
        "The message lacks something the template needs, often the value of a URL button. Complete the campaign's variables, then resume.",
    },
    {
      code: 131_009,
      httpStatus: 400,
      title: 'Parameter value invalid',
      scope: 'payload',
      synchronous: FAIL,
      explanation:
        "Meta did not accept a value; its details say which. For products: the item is not in the connected catalog, or the number's catalog is off.",
    },
    {
      code: 131_016,
      httpStatus: 500,
      title: 'Service unavailable',
      scope: 'meta',
      certainty: 'in-doubt',
      transient: true,
      synchronous: IN_DOUBT,
      asynchronous: tryAgain(3, MINUTE, 4),
      explanation:
        'A Meta service was unavailable and the message may have gone out. The status webhook settles it.',
    },
    {
      code: 131_021,
      httpStatus: 400,
      title: 'Recipient is the sender',
      scope: 'recipient',
      synchronous: FAIL,
      explanation: 'The recipient is the sending number itself. Remove it from the audience.',
    },
    {
      code: 131_026,
      httpStatus: 400,
      title: 'Message undeliverable',
      scope: 'recipient',
      synchronous: tryAgain(4, MINUTE, 2),
      explanation:
        'The person is not on WhatsApp, has not accepted its terms, or uses an old app: Meta does not say which. The message is tried up to four times; if it still fails, remove the number.',
    },
    {
      code: 131_030,
      httpStatus: null,
      title: 'Recipient not in the allowed list',
      scope: 'recipient',
      synchronous: FAIL,
      explanation:
        'A test number can only write to the numbers on its list. Add the recipient there, or send from a real number.',
    },
    {
      code: 131_031,
      httpStatus: 403,
      title: 'Account locked',
      scope: 'account',
      synchronous: stop('pause-account', 'requeue'),
      explanation:
        "Meta has locked the account, or the two-step PIN does not match. Read the account's health in WhatsApp Manager and appeal, then resume.",
    },
    {
      code: 131_037,
      httpStatus: 400,
      title: 'Display name not approved',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        "The number's display name is still waiting for approval. Get it approved in WhatsApp Manager, then resume the sender.",
    },
    {
      code: 131_042,
      httpStatus: 400,
      title: 'Payment problem',
      scope: 'account',
      synchronous: stop('pause-account', 'requeue'),
      explanation:
        'Meta cannot charge the account: card, credit line, currency, time zone or a suspended account. Fix it in Business settings, then resume.',
    },
    {
      code: 131_045,
      httpStatus: 500,
      title: 'Registration or certificate wrong',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation: "The number's registration is broken. Register the number again, then resume the sender.",
    },
    {
      code: 131_047,
      httpStatus: 400,
      title: 'More than 24 hours since the last reply',
      scope: 'recipient',
      synchronous: FAIL,
      explanation: 'The customer service window is closed: only a template can reach this person now.',
    },
    {
      code: 131_048,
      httpStatus: 400,
      title: 'Spam rate limit',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        "Too many messages from this number were blocked or reported, or a limit is used up. Do not resend: check the number's quality and limit first, then resume the sender.",
    },
    {
      code: 131_049,
      httpStatus: 400,
      title: 'Not delivered to keep engagement healthy',
      scope: 'recipient',
      synchronous: { kind: 'retry-not-before', hours: 24 },
      explanation:
        'Meta limits how much marketing a person gets from all businesses, and delivers none to US numbers. Do not retry within 24 hours: repeats make it worse.',
    },
    {
      code: 131_050,
      httpStatus: 400,
      title: 'User stopped marketing messages',
      scope: 'recipient',
      synchronous: { kind: 'opt-out' },
      explanation:
        'The person has told WhatsApp to stop your marketing. They are unsubscribed and excluded from all later campaigns.',
    },
    {
      code: 131_051,
      httpStatus: 400,
      title: 'Message type unsupported',
      scope: 'payload',
      synchronous: FAIL,
      explanation: 'This kind of message is not supported. Use another kind.',
    },
    {
      code: 131_052,
      httpStatus: 400,
      title: 'Media of the user could not be downloaded',
      scope: 'meta',
      synchronous: IGNORE,
      explanation: "The person's media could not be downloaded. Ask them to send it again.",
    },
    {
      code: 131_053,
      httpStatus: 400,
      title: 'Media could not be fetched',
      scope: 'payload',
      transient: true,
      synchronous: tryAgain(3, MINUTE, 2, 'pause-campaign'),
      explanation:
        'Meta could not fetch or use the media of the message. Check that the link is public and of an allowed type, or upload the file and use its id.',
    },
    {
      code: 131_055,
      httpStatus: 400,
      title: 'Method not allowed',
      scope: 'payload',
      synchronous: useEndpoint('messages'),
      explanation:
        'The Marketing Messages API was given something other than a marketing template. The message goes through the ordinary endpoint instead.',
    },
    {
      code: 131_056,
      httpStatus: 400,
      title: 'Too many messages to one person',
      scope: 'recipient',
      transient: true,
      synchronous: { kind: 'pair-backoff', attempts: 6, baseSeconds: 4 },
      explanation:
        'Too many messages went from this number to this person in a short time. The message is retried, with a longer pause each time.',
    },
    {
      code: 131_057,
      httpStatus: 500,
      title: 'Number in maintenance',
      scope: 'sender',
      transient: true,
      synchronous: pauseSender(2 * MINUTE),
      explanation: 'Meta is upgrading the number, which takes about a minute. Sending resumes automatically.',
    },
    {
      code: 131_059,
      httpStatus: 400,
      title: 'Paging cursor invalid',
      scope: 'payload',
      transient: true,
      synchronous: { kind: 'restart-listing' },
      explanation: 'A listing cursor was no longer valid. The listing restarts automatically.',
    },
    {
      code: 131_062,
      httpStatus: null,
      title: 'Not possible for a recipient without a phone number',
      scope: 'recipient',
      synchronous: FAIL,
      explanation:
        "This kind of message needs the person's phone number, which WhatsApp hides. Send another kind, or ask for the number.",
    },
    {
      code: 131_063,
      httpStatus: null,
      title: 'Marketing templates are switched off on the Cloud API',
      scope: 'account',
      synchronous: useEndpoint('marketing_messages'),
      explanation:
        'The account sends marketing only through the Marketing Messages API. The message goes there instead.',
    },
    {
      code: 131_064,
      httpStatus: null,
      title: 'Account capped for wrong template categories',
      scope: 'account',
      synchronous: stop('pause-account', 'requeue'),
      explanation:
        'Meta has capped the account because templates were in the wrong category. Correct the categories, wait until the cap is lifted, then resume.',
    },
    // Templates
    {
      code: 132_000,
      httpStatus: 400,
      title: 'Number of parameters does not match',
      scope: 'payload',
      synchronous: stop('pause-campaign', 'fail'),
      explanation:
        'The template expects a different number of values, perhaps because it was edited. Sync the templates, correct the variables, then resume.',
    },
    {
      code: 132_001,
      httpStatus: 404,
      title: 'Template missing',
      scope: 'template',
      synchronous: stop('pause-campaign', 'requeue'),
      explanation:
        'No approved template of this name and language in this account (en and en_US are two languages). Sync the templates, correct the campaign, then resume.',
    },
    {
      code: 132_005,
      httpStatus: 400,
      title: 'Text too long',
      scope: 'recipient',
      synchronous: FAIL,
      explanation: "The message with this recipient's values is longer than allowed. Shorten the values.",
    },
    {
      code: 132_007,
      httpStatus: 400,
      title: 'Template breaks a content rule',
      scope: 'template',
      synchronous: stop('pause-campaign', 'requeue'),
      explanation:
        "The template's content or format breaks Meta's policy. Change the template and have it approved, then resume.",
    },
    {
      code: 132_012,
      httpStatus: 400,
      title: 'Parameter format does not match',
      scope: 'payload',
      synchronous: stop('pause-campaign', 'fail'),
      explanation:
        'A value is not of the kind the template expects (text, media, currency). Correct the variables, then resume.',
    },
    {
      code: 132_015,
      httpStatus: 400,
      title: 'Template paused',
      scope: 'template',
      synchronous: stop('pause-campaign', 'requeue'),
      asynchronous: stop('pause-campaign', 'fail-until-approved'),
      explanation:
        'Meta has paused the template for low quality, or dropped messages it was holding back. Wait until it is approved again, or use another template, then resume.',
    },
    {
      code: 132_016,
      httpStatus: 400,
      title: 'Template disabled',
      scope: 'template',
      synchronous: stop('end-campaign', 'fail'),
      explanation: 'Meta has disabled the template for good. Create a new campaign with another template.',
    },
    {
      code: 132_018,
      httpStatus: 400,
      title: 'Template parameters invalid',
      scope: 'payload',
      synchronous: stop('pause-campaign', 'fail'),
      explanation:
        "A value does not pass the template's checks; Meta's details say which. Correct the variables, then resume.",
    },
    {
      code: 132_068,
      httpStatus: 400,
      title: 'Flow blocked',
      scope: 'template',
      synchronous: stop('pause-campaign', 'requeue'),
      explanation: 'The flow of the template is blocked. Fix it in WhatsApp Manager, then resume.',
    },
    {
      code: 132_069,
      httpStatus: 400,
      title: 'Flow throttled',
      scope: 'template',
      transient: true,
      synchronous: stop('pause-campaign', 'requeue'),
      explanation:
        'The flow of the template is limited to 10 messages an hour. Fix its errors, wait an hour, then resume.',
    },
    {
      code: [132_000, 132_999],
      httpStatus: 400,
      title: 'Template error',
      scope: 'template',
      synchronous: stop('pause-campaign', 'fail'),
      explanation:
        'Meta did not accept the template or its values. Read the details, correct the campaign, then resume.',
    },
    // Registration, payments, Marketing Messages API, flows and the rest
    {
      code: 133_000,
      httpStatus: 500,
      title: 'Deregistration incomplete',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        'An earlier deregistration of the number did not finish. Deregister it again, register it, then resume the sender.',
    },
    {
      code: 133_004,
      httpStatus: 503,
      title: 'Server temporarily unavailable',
      scope: 'meta',
      certainty: 'in-doubt',
      transient: true,
      synchronous: IN_DOUBT,
      asynchronous: tryAgain(3, MINUTE, 4),
      explanation: 'Meta was unavailable and the message may have gone out. The status webhook settles it.',
    },
    {
      code: 133_005,
      httpStatus: 400,
      title: 'Two-step PIN wrong',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        "The number's two-step PIN is wrong. Set it again in WhatsApp Manager, then resume the sender.",
    },
    {
      code: 133_006,
      httpStatus: 400,
      title: 'Number not verified',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        'The number must be verified before it is registered. Verify and register it, then resume the sender.',
    },
    {
      code: 133_008,
      httpStatus: 400,
      title: 'Too many PIN guesses',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        'The two-step PIN was wrong too often. Wait as long as the details say, then set it again.',
    },
    {
      code: 133_009,
      httpStatus: 400,
      title: 'PIN guessed too fast',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation: 'The two-step PIN was tried too fast. Wait as long as the details say.',
    },
    {
      code: 133_010,
      httpStatus: 400,
      title: 'Number not registered',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation: 'The number is not registered for the Cloud API. Register it, then resume the sender.',
    },
    {
      code: 133_015,
      httpStatus: 400,
      title: 'Number is being deleted',
      scope: 'sender',
      transient: true,
      synchronous: pauseSender(5 * MINUTE),
      explanation:
        'The number was deleted a moment ago. It can be registered again after about five minutes.',
    },
    {
      code: 133_016,
      httpStatus: 400,
      title: 'Registration attempts used up',
      scope: 'sender',
      synchronous: stop('pause-sender', 'requeue'),
      explanation:
        'The number was registered or deregistered too often and is locked for 72 hours. Wait, register it once, then resume the sender.',
    },
    {
      code: 134_011,
      httpStatus: 400,
      title: 'Payments terms not accepted',
      scope: 'account',
      synchronous: stop('pause-campaign', 'requeue'),
      explanation:
        'The account has not accepted the WhatsApp Payments terms. Accept them in WhatsApp Manager, then resume.',
    },
    {
      code: 134_100,
      httpStatus: 400,
      title: 'Only marketing templates here',
      scope: 'payload',
      synchronous: useEndpoint('messages'),
      explanation:
        'The Marketing Messages API accepts only marketing templates. The message goes through the ordinary endpoint instead.',
    },
    {
      code: 134_101,
      httpStatus: 400,
      title: 'Template still syncing',
      scope: 'template',
      transient: true,
      synchronous: tryAgain(4, 10 * MINUTE, 1),
      explanation:
        'A new template needs about ten minutes before the Marketing Messages API can use it. The message is retried automatically.',
    },
    {
      code: 134_102,
      httpStatus: 500,
      title: 'Template not available here',
      scope: 'template',
      synchronous: useEndpoint('messages'),
      explanation:
        'The Marketing Messages API cannot use this template. The message goes through the ordinary endpoint instead.',
    },
    {
      code: 134_103,
      httpStatus: null,
      title: 'Marketing Messages API refuses the message',
      scope: 'template',
      synchronous: useEndpoint('messages'),
      explanation:
        'The Marketing Messages API does not take this message. It goes through the ordinary endpoint instead.',
    },
    {
      code: 135_000,
      httpStatus: 400,
      title: 'Generic request error',
      scope: 'payload',
      synchronous: tryAgain(2, MINUTE, 1),
      explanation:
        'Meta refused the message without a reason. The message is tried once more; if it still fails, compare the components with the template.',
    },
    {
      code: 137_000,
      httpStatus: null,
      title: 'Identity does not match',
      scope: 'recipient',
      synchronous: FAIL,
      explanation:
        "The person's identity key has changed since you stored it. Verify who uses the number before you message it again.",
    },
    {
      code: 139_200,
      httpStatus: null,
      title: 'Direct Send blocked',
      scope: 'account',
      synchronous: FAIL,
      explanation: 'The account is not allowed to send messages without a template. Use a template.',
    },
    {
      code: 141_002,
      httpStatus: null,
      title: 'Template not approved',
      scope: 'template',
      synchronous: stop('pause-campaign', 'requeue'),
      explanation: 'The template is not approved. Wait for approval or use another template, then resume.',
    },
    {
      code: 200_005,
      httpStatus: null,
      title: 'Template analytics not available',
      scope: 'account',
      synchronous: IGNORE,
      explanation: 'Template insights are not available for this account.',
    },
    {
      code: 200_006,
      httpStatus: null,
      title: 'Template analytics cannot be switched off',
      scope: 'account',
      synchronous: IGNORE,
      explanation: 'Template insights stay on once they are enabled.',
    },
    {
      code: 200_007,
      httpStatus: null,
      title: 'Template analytics not enabled',
      scope: 'account',
      synchronous: IGNORE,
      explanation: 'Enable template insights in WhatsApp Manager to see clicks and reads per template.',
    },
    {
      code: 1_752_041,
      httpStatus: 400,
      title: 'Onboarding already requested',
      scope: 'account',
      synchronous: IGNORE,
      explanation: 'A partner has already requested the Marketing Messages API. You need not do anything.',
    },
    {
      code: 2_388_019,
      httpStatus: null,
      title: 'Template limit reached',
      scope: 'account',
      synchronous: FAIL,
      explanation: 'The account has reached its limit of templates. Delete some.',
    },
    {
      code: 2_388_040,
      httpStatus: null,
      title: 'Template field too long',
      scope: 'template',
      synchronous: FAIL,
      explanation:
        'The template cannot be created like this: a field is too long. Correct it and submit it again.',
    },
    {
      code: 2_388_047,
      httpStatus: null,
      title: 'Template header format wrong',
      scope: 'template',
      synchronous: FAIL,
      explanation:
        'The template cannot be created like this: its header is not in an allowed format. Correct it and submit it again.',
    },
    {
      code: 2_388_072,
      httpStatus: null,
      title: 'Template body format wrong',
      scope: 'template',
      synchronous: FAIL,
      explanation:
        'The template cannot be created like this: its body is not in an allowed format. Correct it and submit it again.',
    },
    {
      code: 2_388_073,
      httpStatus: null,
      title: 'Template footer format wrong',
      scope: 'template',
      synchronous: FAIL,
      explanation:
        'The template cannot be created like this: its footer is not in an allowed format. Correct it and submit it again.',
    },
    {
      code: 2_388_293,
      httpStatus: null,
      title: 'Too many variables for the text',
      scope: 'template',
      synchronous: FAIL,
      explanation:
        'The template cannot be created like this: it has too many variables for its length. Use more words or fewer variables.',
    },
    {
      code: 2_388_299,
      httpStatus: null,
      title: 'Variable at start or end',
      scope: 'template',
      synchronous: FAIL,
      explanation:
        'The template cannot be created like this: it starts or ends with a variable. Put words around it.',
    },
    {
      code: 2_494_100,
      httpStatus: null,
      title: 'Number in maintenance',
      scope: 'sender',
      transient: true,
      synchronous: pauseSender(5 * MINUTE),
      explanation: 'Meta is working on the number. Sending resumes automatically in a few minutes.',
    },
    ...RARE_ERRORS.map((row) => ({ ...row, httpStatus: null, synchronous: FAIL })),
  ] satisfies Row[]
).map(complete);
