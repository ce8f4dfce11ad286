import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { compileSegment } from '../../../src/segments/language/compile-segment.js';
import { OPERATORS } from '../../../src/segments/language/operators.js';
import { parseSegment } from '../../../src/segments/language/parse-segment.js';
import { createTestDatabase } from '../../support/database.js';
import { customerArbitrary, NOW, segmentArbitrary } from '../../support/segment-arbitraries.js';
import { insertCustomers, newShop } from '../../support/segment-customers.js';
import { type CustomerInMemory, isInSegment } from '../../support/segment-in-memory.js';

const RUNS = 300;
const CUSTOMERS = 150;
const SEED = Number(process.env['SEGMENT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

interface Node {
  operator?: string;
  conditions?: Node[];
}

const operatorsOf = ({ operator, conditions = [] }: Node): string[] =>
  operator === undefined ? conditions.flatMap(operatorsOf) : [operator];

/** A phone number belongs to one customer: the first to have it keeps it. */
function withOwnNumbers(customers: CustomerInMemory[]): CustomerInMemory[] {
  const taken = new Set<unknown>();
  return customers.map(({ columns, ...others }) => {
    const { whatsapp_phone = null } = columns;
    const isFree = !taken.has(whatsapp_phone);
    taken.add(whatsapp_phone);
    return { ...others, columns: { ...columns, whatsapp_phone: isFree ? whatsapp_phone : null } };
  });
}

describe('random segments over random customers', () => {
  it.each([1, 2, 3, 4].map((batch) => [batch, SEED + batch]))(
    'mean the same in the database and in memory (batch %i, seed %i)',
    async (_, seed) => {
      const database = await createTestDatabase();
      const source = await createDataSource({ url: database.url }).initialize();
      const shop = await newShop(source.manager);
      const customers = withOwnNumbers(fc.sample(customerArbitrary, { numRuns: CUSTOMERS, seed }));
      const ids = await insertCustomers(source.manager, shop, customers);
      const used = new Set<string>();
      let telling = 0;
      await fc.assert(
        fc.asyncProperty(segmentArbitrary, async (query) => {
          const parsed = parseSegment(query, NOW);
          if (!parsed.ok) throw new Error(`refused: ${JSON.stringify(parsed.errors)}`);
          const condition = compileSegment(parsed.segment, shop);
          const rows = await rowsOf<{ id: string }>(
            source.manager,
            sql`SELECT p.id FROM user_profiles p WHERE p.organization_id = ${shop} AND ${condition}`,
          );
          const found = new Set(rows.map(({ id }) => id));
          for (const [index, customer] of customers.entries()) {
            const isFound = found.has(ids[index] ?? '');
            if (isFound === isInSegment(query, customer, NOW)) continue;
            const answer = isFound ? 'only the database finds' : 'the database does not find';
            throw new Error(
              `${answer} ${JSON.stringify(customer)}\n${JSON.stringify(condition.compile(), null, 1)}`,
            );
          }
          if (found.size > 0 && found.size < customers.length) telling++;
          for (const operator of operatorsOf(query)) used.add(operator);
        }),
        { numRuns: RUNS, seed },
      );
      // Segments that contain all customers or none would prove nothing.
      expect(telling).toBeGreaterThan(RUNS / 3);
      expect([...used].sort()).toEqual([...OPERATORS].sort());
      await source.destroy();
      await database.drop();
    },
    120_000,
  );
});
