import { runInDatabase } from './run-in-database.ts';

// Seals the stored secrets with a new ENCRYPTION_KEY.
process.exitCode = await runInDatabase('reseal.js');
