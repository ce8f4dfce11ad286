export const INDEX = {
  name: 'Drumbeat Meta simulator',
  graph: {
    messages: ['POST /{phone-number-id}/messages', 'POST /{phone-number-id}/marketing_messages'],
    templates: [
      'GET|POST|DELETE /{waba-id}/message_templates',
      'GET|POST /{template-id}',
      'POST /{template-id}/unpause',
    ],
    account: [
      'GET /{phone-number-id}',
      'GET /{waba-id}',
      'GET /{waba-id}/phone_numbers',
      'GET|POST|DELETE /{waba-id}/subscribed_apps',
      'GET /{business-id}',
    ],
    catalog: [
      'GET|POST /{business-id}/owned_product_catalogs',
      'GET|POST|DELETE /{waba-id}/product_catalogs',
      'GET|POST|DELETE /{catalog-id}',
      'GET|POST /{catalog-id}/products',
      'POST /{catalog-id}/items_batch',
      'GET /{catalog-id}/check_batch_request_status',
      'GET|POST|DELETE /{product-id}',
      'GET|POST /{phone-number-id}/whatsapp_commerce_settings',
    ],
    note: 'All with a Bearer token, and with any /v<NN>.0 in front.',
  },
  control: [
    'GET|PUT|PATCH|DELETE /simulator/scenario',
    'GET|DELETE /simulator/messages',
    'GET /simulator/messages/stats',
    'POST /simulator/inbound',
    'GET|POST /simulator/webhooks',
    'POST /simulator/phone/{phone-number-id}',
    'POST /simulator/template/{template-id or name}',
    'POST /simulator/held',
  ],
};
