import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of this test alone, with the whole schema in it. */
export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

function templateUrl(): URL {
  const url = process.env['TEST_TEMPLATE_URL'];
  if (url === undefined) throw new Error('the global setup of the tests did not run');
  return new URL(url);
}

async function asAdmin(statement: string): Promise<void> {
  const url = templateUrl();
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const url = templateUrl();
  const template = url.pathname.slice(1);
  const name = `t_${randomBytes(8).toString('hex')}`;
  // Copying files takes 15 ms of CPU, where writing the template's 13 MB through the log takes 160 ms.
  await asAdmin(`CREATE DATABASE ${name}${empty ? '' : ` TEMPLATE ${template} STRATEGY FILE_COPY`}`);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
