import { isbot } from 'isbot';
import type { ClickClass, DeviceClass } from '../links/click.js';

/** Programs of Meta that look at links of messages, besides those that isbot knows. */
const OF_META = /whatsapp\/|facebookexternalhit|meta-externalfetcher|meta-externalagent/i;

export interface Hit {
  method: string;
  agent: string | undefined;
  /** `Sec-Purpose`, or `Purpose` of older browsers. */
  purpose: string | undefined;
}

/** What a request alone says. Whether a person can have made it at that moment is judged when it is counted. */
export function classOfHit({ method, agent = '', purpose = '' }: Hit): Exclude<ClickClass, 'suspect'> {
  if (method === 'HEAD' || /prefetch|preview/i.test(purpose)) return 'preview';
  // Every browser says what it is.
  return agent.trim() === '' || OF_META.test(agent) || isbot(agent) ? 'preview' : 'human';
}

export function deviceOf(agent = ''): DeviceClass {
  if (/ipad|tablet|playbook|silk|kindle|android(?!.*mobile)/i.test(agent)) return 'tablet';
  if (/iphone|ipod|mobile|windows phone/i.test(agent)) return 'phone';
  return /windows nt|macintosh|x11|cros|linux/i.test(agent) ? 'desktop' : 'other';
}
