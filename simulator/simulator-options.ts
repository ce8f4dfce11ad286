import { DomainError } from '../src/rules/errors/domain-error.js';

export interface SimulatorOptions {
  port: number;
  host: string;
  webhookUrl: string | undefined;
  accessToken: string;
  appSecret: string;
  phoneNumberId: string;
  displayPhoneNumber: string;
  wabaId: string;
  businessId: string;
  /** How many messages can be looked at; counts are exact beyond it. */
  keepMessages: number;
  /** How many of them keep the whole request body. */
  keepBodies: number;
}

export const DEFAULT_OPTIONS: SimulatorOptions = {
  port: 0,
  host: '127.0.0.1',
  webhookUrl: undefined,
  accessToken: 'simulator-token',
  appSecret: 'simulator-secret',
  phoneNumberId: '106540352242922',
  displayPhoneNumber: '+1 555-078-3881',
  wabaId: '102290129340398',
  businessId: '506914307656634',
  keepMessages: 1_000_000,
  keepBodies: 20_000,
};

export function optionsFromEnvironment(env: NodeJS.ProcessEnv): SimulatorOptions {
  const or = (name: string, fallback: string) => {
    const value = env[name];
    return value === undefined || value === '' ? fallback : value;
  };
  const webhookUrl = or('SIMULATOR_WEBHOOK_URL', '');
  if (webhookUrl !== '' && !/^https?:\/\/./.test(webhookUrl)) {
    throw refused('SIMULATOR_WEBHOOK_URL', 'must be an http or https URL');
  }
  return {
    port: number(env, 'SIMULATOR_PORT', DEFAULT_OPTIONS.port, 65_535),
    host: or('SIMULATOR_HOST', DEFAULT_OPTIONS.host),
    webhookUrl: webhookUrl === '' ? undefined : webhookUrl,
    accessToken: or('WHATSAPP_ACCESS_TOKEN', DEFAULT_OPTIONS.accessToken),
    appSecret: or('WHATSAPP_APP_SECRET', DEFAULT_OPTIONS.appSecret),
    phoneNumberId: or('WHATSAPP_PHONE_NUMBER_ID', DEFAULT_OPTIONS.phoneNumberId),
    displayPhoneNumber: or('SIMULATOR_PHONE_NUMBER', DEFAULT_OPTIONS.displayPhoneNumber),
    wabaId: or('WHATSAPP_BUSINESS_ACCOUNT_ID', DEFAULT_OPTIONS.wabaId),
    businessId: or('META_BUSINESS_ID', DEFAULT_OPTIONS.businessId),
    keepMessages: number(env, 'SIMULATOR_KEEP_MESSAGES', DEFAULT_OPTIONS.keepMessages, 100_000_000),
    keepBodies: number(env, 'SIMULATOR_KEEP_BODIES', DEFAULT_OPTIONS.keepBodies, 10_000_000),
  };
}

function number(env: NodeJS.ProcessEnv, name: string, fallback: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw refused(name, `must be a whole number from 0 to ${max}`);
  return value;
}

function refused(name: string, what: string): DomainError {
  return new DomainError('invalid', 'invalid_setting', `${name} ${what}.`);
}
