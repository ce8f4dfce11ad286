import { type CatalogEntry } from './error-action.js';

/**
 * Codes of features that campaigns do not use (groups, calls, flows, sign-up forms), and old ones that Meta no longer
 * explains. A message that meets one fails alone; the text says what it is about.
 */
export const RARE_ERRORS: readonly Pick<CatalogEntry, 'code' | 'title' | 'scope' | 'explanation'>[] = [
  {
    code: 506,
    title: 'Repeated request',
    scope: 'payload',
    explanation: 'Meta takes the request for a repetition of the one before. Send a different message.',
  },
  {
    code: 130_501,
    title: 'Message type not supported yet',
    scope: 'payload',
    explanation: 'Meta cannot pass on this kind of message. Use another kind.',
  },
  {
    code: [131_001, 131_002],
    title: 'Message refused (old code)',
    scope: 'payload',
    explanation: 'Meta no longer explains this code. Its title and details say what was wrong.',
  },
  {
    code: 131_006,
    title: 'Resource not found (old code)',
    scope: 'payload',
    explanation: 'The message names something that Meta cannot find. Its details say what.',
  },
  {
    code: 131_014,
    title: 'Request to a link failed (old code)',
    scope: 'payload',
    explanation: 'Meta could not open a link of the message. Check that the link is public.',
  },
  {
    code: 131_020,
    title: 'Group message refused',
    scope: 'payload',
    explanation: 'The error is about a message to a group. Campaigns send to people only.',
  },
  {
    code: 131_041,
    title: 'Group not available',
    scope: 'payload',
    explanation: 'The error is about a message to a group. Campaigns send to people only.',
  },
  {
    code: 131_043,
    title: 'Message expired',
    scope: 'recipient',
    explanation: 'Meta could not deliver the message before it expired. You may send it again.',
  },
  {
    code: 131_044,
    title: 'Call refused',
    scope: 'payload',
    explanation: 'The error is about a call. Campaigns make none.',
  },
  {
    code: [131_200, 131_299],
    title: 'Group request refused',
    scope: 'payload',
    explanation: 'The error is about groups and their members. Campaigns send to people only.',
  },
  {
    code: [133_001, 133_007],
    title: 'Registration refused (old code)',
    scope: 'sender',
    explanation: 'The error is about the registration of the number. Check the number in WhatsApp Manager.',
  },
  {
    code: 136_025,
    title: 'Request refused (old code)',
    scope: 'payload',
    explanation: 'Meta no longer explains this code. Its title and details say what was wrong.',
  },
  {
    code: [138_000, 138_999],
    title: 'Calling refused',
    scope: 'payload',
    explanation: 'The error is about calls. Campaigns make none; read the details that Meta gives.',
  },
  {
    code: [139_000, 139_999],
    title: 'Flow or block list refused',
    scope: 'payload',
    explanation: 'The error is about a flow or the list of blocked people. Its details say what was wrong.',
  },
  {
    code: [147_000, 147_999],
    title: 'Username refused',
    scope: 'sender',
    explanation: 'The error is about the username of the number. Messages do not depend on it.',
  },
  {
    code: [2_494_101, 2_494_199],
    title: 'Sign-up form refused',
    scope: 'account',
    explanation: 'The error is about a sign-up form of WhatsApp. Messages do not depend on it.',
  },
];
