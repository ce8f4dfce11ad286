import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { canonicalNumber } from '../../../src/rules/phone/number-variants.js';
import { RecipientAdder } from '../../../src/recipients/add-recipients.service.js';
import { Setup } from './recipients-setup.js';

const setup = Setup.forThisFile();

/** A few people, each in several spellings. */
const PEOPLE: readonly (readonly string[])[] = [
  ['+919978783238', '91 99787 83238', '0091-9978783238', "'+919978783238"],
  ['+14694652751', '14694652751', '+1 (469) 465-2751'],
  ['+525512345678', '+5215512345678', '5215512345678'],
  ['+5511987654321', '+551187654321'],
  ['+5491123456789', '+541123456789', '+54 9 11 2345-6789'],
  ['+447911123456', '447911123456'],
];
const INVALID = ['', 'nobody', '9978783238', '+1', '+9999999999999999', '12345'];

const input = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PEOPLE.flat()) },
  { weight: 1, arbitrary: fc.constantFrom(...INVALID) },
);
/** Consecutive lists, each as JSON or as a file. */
const calls = fc.array(fc.record({ numbers: fc.array(input, { maxLength: 12 }), asFile: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
});

it('keeps exactly the people of all lists, each once, in order of first appearance', async () => {
  const shop = await setup.shop();
  await fc.assert(
    fc.asyncProperty(calls, async (lists) => {
      const campaign = await setup.campaign(shop);
      const kept: string[] = [];
      const present = new Set<number>();
      for (const { numbers, asFile } of lists) {
        const expected = { added: 0, duplicates: 0, invalidCount: 0 };
        for (const number of numbers) {
          const person = PEOPLE.findIndex((spellings) => spellings.includes(number));
          if (person === -1) expected.invalidCount++;
          else if (present.has(person)) expected.duplicates++;
          else {
            expected.added++;
            present.add(person);
            kept.push(canonicalNumber(`+${number.replace(/\D/g, '').replace(/^00/, '')}`));
          }
        }
        const result = asFile
          ? await setup.importCsv(campaign, {
              // The second column keeps a row without a number from being an empty line.
              stream: Readable.from([
                Buffer.from(['phone,x', ...numbers.map((one) => `${one},x`)].join('\n')),
              ]),
            })
          : await setup.inTransaction((tx) =>
              setup.service(RecipientAdder).addItems(
                tx,
                campaign,
                numbers.map((phoneNumber) => ({ phoneNumber })),
              ),
            );
        expect(result).toMatchObject(expected);
        expect(result.invalid).toHaveLength(expected.invalidCount);
      }
      expect(await setup.numbers(campaign)).toEqual(kept);
    }),
    { numRuns: 60 },
  );
});
