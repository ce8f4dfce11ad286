import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isSpec, ROOT, sourceFiles } from './source-files.js';
import { GONE, TABLES } from './table-owners.js';
import { accessesIn, breaches, createdIn, type House, entitiesIn } from './tables.js';

const cruiser = pathToFileURL(join(ROOT, '.dependency-cruiser.mjs')).href;
const { FLOORS: floors } = (await import(cruiser)) as { FLOORS: string[][] };
const sources = sourceFiles('src').filter(({ path }) => !isSpec(path));
const house: House = { tables: TABLES, floors, entities: entitiesIn(sources) };

describe('tables', () => {
  it('are written by their owners alone, and read from above', () => {
    expect(sources.flatMap((file) => breaches(file, house))).toEqual([]);
  });

  it('each have one owner, a folder that stands on a floor', () => {
    const folders = floors.flat();
    expect(Object.values(TABLES).filter(({ owner }) => !folders.includes(owner))).toEqual([]);
  });

  it('are all in the map of owners, which names no table that does not exist', () => {
    const tables = Object.keys(TABLES).filter((name) => TABLES[name]?.isPublished === undefined);
    const created = createdIn(sourceFiles('migrations')).filter((name) => !GONE.includes(name));
    expect(created.filter((name) => !Object.hasOwn(TABLES, name))).toEqual([]);
    expect(tables.filter((name) => !created.includes(name))).toEqual([]);
  });

  it('have no admitted second writer that does not write them', () => {
    const unused = Object.entries(TABLES).flatMap(([table, { alsoWrittenBy = [] }]) =>
      alsoWrittenBy
        .filter(({ folder, verb, columns }) => {
          const written = sources
            .filter(({ path }) => path.startsWith(`src/${folder}/`))
            .flatMap(({ text }) => accessesIn(text, TABLES))
            .filter((access) => access.table === table && access.verb === verb)
            .flatMap((access) => access.columns);
          return columns.some((column) => !written.includes(column));
        })
        .map(({ folder, verb }) => `${folder} ${verb} ${table}`),
    );
    expect(unused).toEqual([]);
  });
});

describe('the search for tables', () => {
  const planted = (path: string, statement: string): string[] =>
    breaches({ path, text: `const statement = sql\`${statement}\`;` }, house);

  it('finds a write in the wrong folder', () => {
    expect(
      planted('src/templates/sync/planted.queries.ts', 'DELETE FROM user_profiles WHERE id = ${id}'),
    ).toEqual(['src/templates/sync/planted.queries.ts writes user_profiles by DELETE, which customers owns']);
    expect(
      planted(
        'src/webhooks/handlers/planted.ts',
        'WITH a AS (UPDATE senders AS s SET name = f(1, 2) WHERE true) SELECT',
      ),
    ).toEqual(['src/webhooks/handlers/planted.ts writes senders (name) by UPDATE, which senders owns']);
    for (const write of [
      'COPY segments (id) FROM STDIN',
      'TRUNCATE segments',
      'MERGE INTO segments AS s USING x ON true',
    ])
      expect(planted('src/campaigns/planted.ts', write)).toHaveLength(1);
  });

  it('finds a column that the admitted second writer may not touch', () => {
    const update = (set: string) =>
      planted('src/sending/claims/planted.queries.ts', `UPDATE campaign_recipients r ${set}`);
    expect(update('SET status = ${status}, slice_id = NULL WHERE r.id = ${id}')).toEqual([]);
    expect(update('SET status = ${status}, phone_number = ${number} WHERE r.id = ${id}')).toHaveLength(1);
    expect(update('SET ${changes} WHERE r.id = ${id}')).toHaveLength(1);
  });

  it('finds a table that is read from below or from beside, also as the second of a list', () => {
    const file = 'src/segments/language/planted.ts';
    expect(planted(file, 'SELECT 1 FROM user_profiles p, campaign_recipients r WHERE true')).toEqual([
      `${file} reads campaign_recipients, which recipients owns on a floor that is not below`,
    ]);
    expect(planted(file, 'SELECT 1 FROM user_profiles p LEFT JOIN whatsapp_orders o ON true')).toHaveLength(
      1,
    );
    expect(planted(file, 'SELECT count(*) FROM customer_campaign_facts f, customer_order_facts o')).toEqual(
      [],
    );
  });

  it('takes neither comments nor the names of WITH queries nor aliases for tables', () => {
    const file = 'src/customers/planted.queries.ts';
    expect(
      breaches({ path: file, text: '// DELETE FROM senders\nconst a = 1; /* FROM senders */' }, house),
    ).toEqual([]);
    expect(
      planted(
        file,
        'WITH given AS (SELECT 1) SELECT given.id FROM given JOIN user_profiles senders ON true FOR UPDATE OF senders',
      ),
    ).toEqual([]);
  });

  it('finds an entity in the hands of a folder that does not own its table', () => {
    const text = "const rows = new Scoped(db, Campaign, organizationId, 'campaign');";
    expect(breaches({ path: 'src/marketing/planted.ts', text }, house)).toHaveLength(1);
    expect(breaches({ path: 'src/campaigns/campaign/planted.ts', text }, house)).toEqual([]);
  });
});
