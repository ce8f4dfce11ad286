import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { campaignMessage } from '../../../src/campaigns/message/campaign-message.js';
import { samplePending } from '../../../src/campaigns/message/campaign-readiness.queries.js';
import { plainValues } from '../../../src/campaigns/message/plain-values.js';
import { type SampleRecipient, valuesOf } from '../../../src/campaigns/message/sample-recipient.js';
import { execute, sql } from '../../../src/platform/database/sql.js';
import { Setup } from '../recipients/recipients-setup.js';

const setup = Setup.forThisFile();

interface Person {
  name: string | null;
  variables: Record<string, unknown> | unknown[] | null;
}

interface Source {
  components: object[] | null;
  templateVariables?: Record<string, unknown>;
  templateComponents?: object[];
}

const body = (text: string): object => ({ type: 'BODY', text });
const button = (url: string): object => ({ type: 'BUTTONS', buttons: [{ type: 'URL', text: 'See', url }] });
const ofBody = (...texts: string[]): object => ({
  type: 'body',
  parameters: texts.map((text) => ({ type: 'text', text })),
});

const SOURCES: Record<string, Source> = {
  'two values': { components: [body('Your {{1}} from {{2}}.')] },
  'one value, often': { components: [body('{{1}} '.repeat(12).trim())] },
  'a header of sixty characters': { components: [{ type: 'HEADER', format: 'TEXT', text: 'To {{1}}' }] },
  'a link': { components: [body('Your {{1}}.'), button('https://shop.example/{{1}}')] },
  'an image': { components: [{ type: 'HEADER', format: 'IMAGE' }, body('Your {{1}}.')] },
  'a name': { components: [body('Dear {{name}}, your {{trip}}.')] },
  'a value of the campaign': { components: [body('{{1}} and {{2}}')], templateVariables: { 2: 'more' } },
  'a name with a fallback': {
    components: [body('{{1}} and {{2}}')],
    templateVariables: { 1: 'Dear {{name|customer}}' },
  },
  'a field of the customer': {
    components: [body('{{1}} and {{2}}')],
    templateVariables: { 1: '{{customer.city}}' },
  },
  'components of its own': {
    components: null,
    templateComponents: [ofBody('{{1}}', 'Dear {{name}}: {{2}}')],
  },
  'components without placeholders': { components: null, templateComponents: [ofBody('Bali', 'cheap')] },
  'nothing known': { components: null },
};

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Bali', '₹45,000', 'गोवा', 'x', '0') },
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t\u0001 ',
    '\u00a0',
    '\u2003\ufeff',
    '\u3000',
    '\u0085',
    ' padded ',
    '\u200b',
  ),
  fc.constantFrom(
    '[list]',
    '{{1}}',
    '"quoted"',
    'https://other.example/x',
    'a b',
    'x'.repeat(61),
    'é'.repeat(200),
  ),
  fc.integer({ min: 300, max: 1_100 }).map((length) => 'long'.padEnd(length, '.')),
);
const value = fc.oneof(
  { weight: 8, arbitrary: text },
  fc.constantFrom<unknown>(7, true, null, { a: 'b' }, ['c']),
);
const KEYS = ['1', '2', 'name', 'trip', 'header', 'header.1', 'button.0', 'customer.city'];
const usual = fc.record({ 1: text, 2: text }).map((given): Person['variables'] => given);
const variables = fc.oneof(
  { weight: 5, arbitrary: usual },
  fc.dictionary(fc.constantFrom(...KEYS), value).map((given): Person['variables'] => given),
  fc.array(text, { maxLength: 3 }).map((given): Person['variables'] => given),
  fc.constant(null),
);
const person = fc.record<Person>({ name: fc.option(text.map((one) => one.slice(0, 200))), variables });

async function judged({ components, templateVariables = {}, templateComponents }: Source, people: Person[]) {
  const shop = await setup.shop();
  const campaign = await setup.campaign(shop);
  await execute(
    setup.database.manager,
    sql`INSERT INTO campaign_recipients (campaign_id, phone_number, name, variables, created_at, updated_at)
        SELECT ${campaign.id}, '+9198' || lpad(place::text, 8, '0'), name, variables::jsonb, now(), now()
          FROM unnest(${people.map(({ name }) => name)}::text[],
                      ${people.map((one) => one.variables && JSON.stringify(one.variables))}::text[])
            WITH ORDINALITY AS p (name, variables, place)`,
  );
  const own = { templateVariables, templateComponents: templateComponents ?? null };
  const message = campaignMessage(own, components === null ? null : { components, parameterFormat: null });
  const page = { after: null, limit: 1_000 };
  const all = await samplePending(setup.database.manager, campaign.id, page, null);
  const [first] = all;
  const plain = first === undefined ? null : plainValues(message, own, first);
  const looked = await samplePending(setup.database.manager, campaign.id, page, plain);
  const isLookedAt = new Set(looked.map(({ id }) => id));
  const cannotBeFilled = (one: SampleRecipient): boolean => !message.render(valuesOf(one)).ok;
  return { plain, looked, missed: all.filter((one) => cannotBeFilled(one) && !isLookedAt.has(one.id)) };
}

describe('recipients that need no second check', () => {
  it.each(Object.keys(SOURCES))('can always be filled: %s', async (name) => {
    const people = fc.array(person, { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(people, async (some) => {
        // The first recipient defines the usual values.
        const { missed } = await judged(SOURCES[name] ?? { components: null }, [
          { name: 'Ana', variables: { 1: 'Bali', 2: '₹45,000' } },
          ...some,
        ]);
        expect(missed).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['two values', { 1: 'Bali', 2: '₹45,000' }],
    ['a name', { trip: 'गोवा' }],
    ['components of its own', { 1: 'Bali', 2: '₹45,000' }],
  ])('are all except the odd ones: %s', async (name, given) => {
    const usualOnes = Array.from({ length: 50 }, () => ({ name: 'Ana', variables: given }));
    const odd = { name: 'Ben', variables: { ...given, [Object.keys(given)[0] ?? '']: '\u00a0' } };
    const { plain, looked } = await judged(SOURCES[name] ?? { components: null }, [...usualOnes, odd]);
    expect(plain).toEqual({ names: Object.keys(given), maxBytes: 400 });
    expect(looked.map((one) => one.name)).toEqual(['Ben']);
  });

  it.each(['a link', 'an image', 'a field of the customer'])(
    'do not exist if the values matter: %s',
    async (name) => {
      const people = [{ name: 'Ana', variables: { 1: 'Bali', 2: '₹45,000' } }];
      expect((await judged(SOURCES[name] ?? { components: null }, people)).plain).toBeNull();
    },
  );
});
