import { randomInt } from 'node:crypto';
import type { Business, PhoneNumber } from '../business.js';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import type { WebhookPost } from '../webhooks/webhook-post.client.js';
import { asText, isText, type JsonObject } from '../json.js';
import { flagParam, selectFields, type GraphCall, type NodeKind } from './graph-call.js';
import { GraphError, missingParameter } from './graph-error.js';
import { pageOf } from './paging.js';

const PHONE_DEFAULTS = [
  'id',
  'verified_name',
  'display_phone_number',
  'code_verification_status',
  'quality_rating',
];
const APP = {
  whatsapp_business_api_data: { id: '100200300400500', name: 'Drumbeat', link: 'https://example.com' },
};

/** The business portfolio, its WhatsApp account and the phone numbers: everything a sender is set up from. */
export function phoneKind(): NodeKind<PhoneNumber> {
  return {
    type: 'WhatsAppBusinessPhoneNumber',
    isManaged: true,
    find: (id, caller) => caller.phone(id),
    self: { GET: (phone, call) => showPhone(call.caller, phone, call.params.fields) },
    edges: {
      whatsapp_commerce_settings: {
        GET: ({ id, isCartEnabled, isCatalogVisible }) => ({
          data: [{ id, is_cart_enabled: isCartEnabled, is_catalog_visible: isCatalogVisible }],
        }),
        POST: (phone, { params }) => {
          phone.isCartEnabled = flagParam(params, 'is_cart_enabled') ?? phone.isCartEnabled;
          phone.isCatalogVisible = flagParam(params, 'is_catalog_visible') ?? phone.isCatalogVisible;
          return { success: true };
        },
      },
      register: { POST: () => ({ success: true }) },
    },
  };
}

export function wabaKind(outbox: WebhookOutbox, post: WebhookPost): NodeKind<Business> {
  let isSubscribed = true;
  return {
    type: 'WhatsAppBusinessAccount',
    isManaged: true,
    find: (id, caller) => (id === caller.wabaId ? caller : undefined),
    self: { GET: (business, call) => showAccount(business, call.params.fields) },
    edges: {
      phone_numbers: {
        GET: (business, call) =>
          pageOf(business.phones(), call, (phone) => showPhone(business, phone, call.params.fields)),
      },
      subscribed_apps: {
        GET: () => ({
          data: isSubscribed
            ? [
                {
                  ...APP,
                  ...(outbox.override === undefined ? {} : { override_callback_uri: outbox.override }),
                },
              ]
            : [],
        }),
        POST: async (_, { params }) => {
          await useOverride(outbox, post, params);
          isSubscribed = true;
          return { success: true };
        },
        DELETE: () => {
          isSubscribed = false;
          outbox.override = undefined;
          return { success: true };
        },
      },
    },
  };
}

export function businessKind(): NodeKind<Business> {
  return {
    type: 'Business',
    isManaged: false,
    find: (id, caller) => (id === caller.id ? caller : undefined),
    self: {
      GET: (business, call) =>
        selectFields(
          {
            id: business.id,
            name: business.name,
            verification_status: 'verified',
            whatsapp_business_manager_messaging_limit: business.messagingLimit,
          },
          'Business',
          call.params.fields,
          ['id', 'name'],
        ),
    },
    edges: {
      owned_whatsapp_business_accounts: { GET: (business, call) => accountsOf(business, call) },
      client_whatsapp_business_accounts: { GET: () => ({ data: [] }) },
    },
  };
}

function accountsOf(business: Business, call: GraphCall): JsonObject {
  return pageOf([{ id: business.wabaId }], call, () => showAccount(business, call.params.fields));
}

function showAccount(business: Business, fields: unknown): JsonObject {
  const node = {
    id: business.wabaId,
    name: business.name,
    currency: 'USD',
    timezone_id: '1',
    country: 'US',
    message_template_namespace: 'd4f6a2c8_1b3e_4f5a_9c7d_0e8b6a4f2c1d',
    account_review_status: 'APPROVED',
    business_verification_status: 'verified',
    status: 'ACTIVE',
    ownership_type: 'SELF',
    marketing_messages_onboarding_status: 'ONBOARDED',
    whatsapp_business_manager_messaging_limit: business.messagingLimit,
    owner_business_info: { id: business.id, name: business.name },
    health_status: healthOf(business, business.phones()[0]),
  };
  const defaults = ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace'];
  return selectFields(node, 'WhatsAppBusinessAccount', fields, defaults);
}

function showPhone(business: Business, phone: PhoneNumber, fields: unknown): JsonObject {
  const node = {
    id: phone.id,
    verified_name: phone.verifiedName,
    display_phone_number: phone.displayPhoneNumber,
    code_verification_status: 'VERIFIED',
    quality_rating: phone.qualityRating,
    quality_score: { score: phone.qualityRating },
    platform_type: 'CLOUD_API',
    throughput: { level: phone.throughput },
    status: phone.status,
    name_status: 'APPROVED',
    account_mode: 'LIVE',
    is_official_business_account: false,
    messaging_limit_tier: business.messagingLimit,
    whatsapp_business_manager_messaging_limit: business.messagingLimit,
    webhook_configuration: {},
    health_status: healthOf(business, phone),
  };
  return selectFields(node, 'WhatsAppBusinessPhoneNumber', fields, PHONE_DEFAULTS);
}

function healthOf(business: Business, phone: PhoneNumber | undefined): JsonObject {
  const health = phone?.health ?? 'AVAILABLE';
  const error = {
    error_code: 131031,
    error_description: 'The account has been restricted.',
    possible_solution: 'Read the account update in WhatsApp Manager and ask for a review.',
  };
  return {
    can_send_message: health,
    entities: [
      {
        entity_type: 'PHONE_NUMBER',
        id: phone?.id,
        can_send_message: health,
        ...(health === 'AVAILABLE' ? {} : { errors: [error] }),
      },
      { entity_type: 'WABA', id: business.wabaId, can_send_message: 'AVAILABLE' },
      { entity_type: 'BUSINESS', id: business.id, can_send_message: 'AVAILABLE' },
    ],
  };
}

async function useOverride(outbox: WebhookOutbox, post: WebhookPost, params: JsonObject): Promise<void> {
  const uri = asText(params.override_callback_uri);
  if (uri === undefined) {
    outbox.override = undefined;
    return;
  }
  if (!isText(params.verify_token)) throw missingParameter('verify_token');
  if (uri.length > 200 || !/^https?:/.test(uri) || !URL.canParse(uri)) {
    throw new GraphError(100, 'Param override_callback_uri must be a valid URI of at most 200 characters');
  }
  if (!(await post.answersChallenge(new URL(uri), params.verify_token, String(randomInt(2 ** 31))))) {
    throw new GraphError(2200, 'The URL did not answer the challenge with the verify token.');
  }
  outbox.override = uri;
}
