import { MIGRATIONS } from '../migrations/all.js';
import { migrate } from './platform/database/migrate.js';
import { loadSettings } from './settings.js';

const { databaseUrl } = loadSettings(process.env).config;
if (databaseUrl === undefined) {
  console.error('DATABASE_URL: is needed to migrate (npm start migrates the embedded database by itself)');
  process.exit(1);
}
const applied = await migrate(databaseUrl, MIGRATIONS);
console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
