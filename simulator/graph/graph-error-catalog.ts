interface GraphErrorKind {
  status: number;
  title: string;
}

/** HTTP status and title by code, as Meta's error page lists them (December 2025). */
const CATALOG: Readonly<Record<number, readonly [status: number, title: string]>> = {
  0: [401, 'AuthException'],
  1: [400, 'An unknown error occurred'],
  2: [503, 'Service temporarily unavailable'],
  3: [500, 'Application does not have the capability to make this API call.'],
  4: [400, 'Application request limit reached'],
  10: [403, 'Application does not have permission for this action'],
  33: [400, 'Parameter value is not valid'],
  100: [400, 'Invalid parameter'],
  190: [401, 'Invalid OAuth access token'],
  200: [403, 'Permissions error'],
  368: [403, 'Temporarily blocked for policies violations'],
  801: [400, 'Invalid operation'],
  804: [400, 'Specified object already exists'],
  2200: [400, 'Callback verification failed'],
  10800: [400, 'Duplicate retailer_id when attempting to create a store collection'],
  80007: [400, 'Rate limit issues'],
  80008: [400, 'There have been too many calls to this WhatsApp Business account. Wait a bit and try again.'],
  80009: [400, 'There have been too many calls to this Catalog account. Wait a bit and try again.'],
  80014: [400, 'There have been too many batch uploads to this catalog account. Wait a bit and try again.'],
  130403: [400, 'User blocked'],
  130429: [400, 'Rate limit hit'],
  130472: [400, "User's number is part of an experiment"],
  130497: [403, 'Business account is restricted from messaging users in this country.'],
  131000: [500, 'Something went wrong'],
  131005: [403, 'Access denied'],
  131008: [400, 'Required parameter is missing'],
  131009: [400, 'Parameter value is not valid'],
  131016: [500, 'Service unavailable'],
  131021: [400, 'Recipient cannot be sender'],
  131026: [400, 'Message undeliverable'],
  131030: [400, 'Recipient phone number not in allowed list'],
  131031: [403, 'Business Account locked'],
  131037: [400, 'Phone number display name is not approved'],
  131042: [400, 'Business eligibility payment issue'],
  131045: [500, 'Incorrect certificate'],
  131047: [400, 'Re-engagement message'],
  131048: [400, 'Spam rate limit hit'],
  131049: [400, 'This message was not delivered to maintain healthy ecosystem engagement.'],
  131050: [
    400,
    'Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business',
  ],
  131051: [400, 'Unsupported message type'],
  131052: [400, 'Media download error'],
  131053: [400, 'Media upload error'],
  131055: [400, 'Method not allowed'],
  131056: [400, '(Business Account, Consumer Account) pair rate limit hit'],
  131057: [500, 'Account in maintenance mode'],
  131059: [400, 'Invalid paging cursor'],
  131062: [400, 'Recipient not supported for this message'],
  131063: [400, 'Marketing templates are disabled on Cloud API'],
  131064: [400, 'Template category misuse limit reached'],
  132000: [400, 'Number of parameters does not match the expected number of params'],
  132001: [404, 'Template name does not exist in the translation'],
  132005: [400, 'Translated text too long'],
  132007: [400, 'Template format character policy violated'],
  132012: [400, 'Parameter format does not match format in the created template'],
  132015: [400, 'Template is paused'],
  132016: [400, 'Template is disabled'],
  132018: [400, 'Template parameter validation error'],
  132068: [400, 'Flow is blocked'],
  132069: [400, 'Flow is throttled'],
  133000: [500, 'Incomplete deregistration'],
  133004: [503, 'Server temporarily unavailable'],
  133006: [400, 'Phone number re-verification needed'],
  133010: [400, 'Phone number not registered'],
  134011: [400, 'WhatsApp Payments terms of service has not been accepted'],
  134100: [400, 'Only marketing messages are supported'],
  134101: [400, 'Template is still being synced'],
  134102: [500, 'Template is not available for the Marketing Messages API'],
  135000: [400, 'Generic user error'],
  137000: [400, 'Identity key hash mismatch'],
  139200: [400, 'Direct send is blocked for this account'],
};

export function graphErrorKind(code: number): GraphErrorKind {
  const [status, title] = CATALOG[code] ?? [code >= 200 && code <= 299 ? 403 : 400, 'Something went wrong'];
  return { status, title };
}

/** Codes that Meta reports in a `failed` status after it accepted the message. */
const TOLD_LATER = new Set([1026, 130403, 130472, 131026, 131049, 131050, 131053, 137000]);

export function isToldLater(code: number): boolean {
  return TOLD_LATER.has(code);
}
