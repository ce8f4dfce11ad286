import { type Environment, oneOf, type Parse, refuse, secret, url } from '../platform/config/environment.js';
import { META_ID } from '../rules/ids/meta-id.js';

const GRAPH_URL = 'https://graph.facebook.com';
const GRAPH_VERSION = 'v26.0';

/** How to reach Meta, and the sender of the installation itself. */
export abstract class WhatsappSettings {
  abstract readonly apiUrl: string;
  abstract readonly apiVersion: string;
  abstract readonly accessToken: string | undefined;
  abstract readonly phoneNumberId: string | undefined;
  abstract readonly businessAccountId: string | undefined;
  abstract readonly appSecret: string | undefined;
  abstract readonly verifyToken: string | undefined;
  abstract readonly metaBusinessId: string | undefined;
  /** Marketing templates to US numbers. Meta has not delivered them since April 2025. */
  abstract readonly usMarketing: 'skip' | 'allow';
}

export function readWhatsappSettings(environment: Environment): WhatsappSettings {
  const settings: WhatsappSettings = {
    apiUrl: environment.read('WHATSAPP_API_URL', url(['http:', 'https:'])) ?? GRAPH_URL,
    apiVersion: environment.read('WHATSAPP_API_VERSION', graphVersion) ?? GRAPH_VERSION,
    accessToken: environment.read('WHATSAPP_ACCESS_TOKEN', secret(1)),
    phoneNumberId: environment.read('WHATSAPP_PHONE_NUMBER_ID', metaId),
    businessAccountId: environment.read('WHATSAPP_BUSINESS_ACCOUNT_ID', metaId),
    appSecret: environment.read('WHATSAPP_APP_SECRET', secret(1)),
    verifyToken: environment.read('WHATSAPP_VERIFY_TOKEN', secret(16)),
    metaBusinessId: environment.read('META_BUSINESS_ID', metaId),
    usMarketing: environment.read('US_MARKETING', oneOf(['skip', 'allow'] as const)) ?? 'skip',
  };
  if (settings.accessToken !== undefined && settings.phoneNumberId === undefined) {
    environment.reject('WHATSAPP_PHONE_NUMBER_ID', 'is needed when WHATSAPP_ACCESS_TOKEN is set');
  }
  return settings;
}

/** Whether no message of this process can reach a real person: the simulator, or a Meta on this machine. */
export function isSimulated({ accessToken, apiUrl }: WhatsappSettings, environment: Environment): boolean {
  const nothingReal = accessToken === undefined && !environment.isSet('WHATSAPP_API_URL');
  return nothingReal || isLoopback(new URL(apiUrl).hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const graphVersion: Parse<string> = (text) =>
  /^v?\d+\.\d+$/.test(text)
    ? `v${text.replace(/^v/, '')}`
    : refuse(`must look like ${GRAPH_VERSION}, is "${text}"`);

const metaId: Parse<string> = (text) =>
  META_ID.test(text) ? text : refuse(`must be an id from Meta (digits), is "${text}"`);
