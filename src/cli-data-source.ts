import { fileURLToPath } from 'node:url';
import { MIGRATIONS } from '../migrations/all.js';
import { createDataSource } from './platform/database/data-source.js';

// Only for `npm run migration:generate`, which compares the entities with a migrated database.
export default createDataSource({
  url: process.env['DATABASE_URL'] ?? '',
  entities: [fileURLToPath(new URL('./**/*.entity.js', import.meta.url))],
  migrations: MIGRATIONS,
});
