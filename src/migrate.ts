import { loadConfig } from './platform/config/config.js';
import { migrate } from './platform/database/migrate.js';

const { databaseUrl } = loadConfig(process.env);
if (databaseUrl === undefined) {
  console.error('DATABASE_URL: is needed to migrate (npm start migrates the embedded database by itself)');
  process.exit(1);
}
const applied = await migrate(databaseUrl);
console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
