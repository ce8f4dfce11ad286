import type { JsonObject } from '../json.js';
import type { Template, TemplateCategory } from './template.js';

const body = (text: string, ...example: string[]): JsonObject =>
  example.length === 0 ? { type: 'BODY', text } : { type: 'BODY', text, example: { body_text: [example] } };
const namedBody = (text: string, example: Record<string, string>): JsonObject => ({
  type: 'BODY',
  text,
  example: {
    body_text_named_params: Object.entries(example).map(([param_name, value]) => ({
      param_name,
      example: value,
    })),
  },
});
const image: JsonObject = { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW1hZ2U='] } };
const footer = (text: string): JsonObject => ({ type: 'FOOTER', text });
const buttons = (...list: JsonObject[]): JsonObject => ({ type: 'BUTTONS', buttons: list });
const UNSUBSCRIBE = footer('Reply STOP to unsubscribe');

type Seed = [name: string, category: TemplateCategory, language: string, components: JsonObject[]];

/** The templates that the examples in the documentation send. */
const SEEDS: Seed[] = [
  [
    'summer_sale_promo',
    'MARKETING',
    'en_US',
    [image, body('Summer is here: {{1}} off everything this week. See you in the shop!', '30%'), UNSUBSCRIBE],
  ],
  [
    'new_year_promo',
    'MARKETING',
    'en_US',
    [body('Happy New Year! Everything is half price until Sunday.'), UNSUBSCRIBE],
  ],
  ['black_friday_promo', 'MARKETING', 'en_US', [body('Black Friday starts now. Come early!'), UNSUBSCRIBE]],
  [
    'tour_package_marketing',
    'MARKETING',
    'en_US',
    [
      body('Your {{1}} trip is waiting: from {{2}} a person, flights and hotel included.', 'Bali', '₹45,000'),
      UNSUBSCRIBE,
    ],
  ],
  ['sale_template', 'MARKETING', 'en_US', [body('Our sale is on. Have a look while it lasts.'), UNSUBSCRIBE]],
  [
    'hello_world',
    'UTILITY',
    'en_US',
    [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      body('Welcome and congratulations! This is a test message.'),
    ],
  ],
  [
    'order_confirmation',
    'UTILITY',
    'en_US',
    [
      namedBody('Thank you, {{customer_name}}! We have your order {{order_number}} over {{total}}.', {
        customer_name: 'Ana',
        order_number: 'ORD-2026-000123',
        total: '$120.00',
      }),
    ],
  ],
  [
    'order_status_update',
    'UTILITY',
    'en_US',
    [
      namedBody('Your order {{order_number}} is now {{status}}.', {
        order_number: 'ORD-2026-000123',
        status: 'shipped',
      }),
    ],
  ],
  [
    'spring_collection',
    'MARKETING',
    'en_US',
    [
      image,
      body('Hi {{1}}, the spring collection is in. Your code: {{2}}', 'Ana', 'SPRING25'),
      UNSUBSCRIBE,
      buttons(
        {
          type: 'URL',
          text: 'Shop now',
          url: 'https://shop.example.com/r/{{1}}',
          example: ['https://shop.example.com/r/abc'],
        },
        { type: 'QUICK_REPLY', text: 'Unsubscribe' },
      ),
    ],
  ],
  [
    'loyalty_reward',
    'MARKETING',
    'pt_BR',
    [
      namedBody('Olá {{first_name}}, você ganhou {{reward}}. Aproveite hoje!', {
        first_name: 'Ana',
        reward: '10% de desconto',
      }),
      footer('Responda SAIR para cancelar'),
    ],
  ],
];

const FIRST_ID = 1_023_456_789_012_340n;

export function seededTemplates(): Template[] {
  return SEEDS.map(([name, category, language, components], index) => ({
    id: String(FIRST_ID + BigInt(index)),
    name,
    language,
    category,
    status: 'APPROVED',
    parameterFormat: JSON.stringify(components).includes('body_text_named_params') ? 'NAMED' : 'POSITIONAL',
    components,
    quality: 'GREEN',
    rejectedReason: 'NONE',
    messageSendTtlSeconds: undefined,
  }));
}
