import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/all.js';
import { SteadyClient } from './steady-client.js';

const DATE = 1082;
const BIGINT = 20;

/**
 * A calendar day stays the text 'YYYY-MM-DD' (pg would make it midnight in the zone of this process), and a
 * bigint becomes a number: our counts stay far below 2^53. Set per connection, because BullMQ shares the driver.
 */
function parsers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(DATE, (text) => text);
  types.setTypeParser(BIGINT, Number);
  return types;
}

export interface DatabaseOptions {
  url: string;
  /** Connections of this process; every replica brings its own. */
  poolSize?: number;
  entities?: string[];
}

export function dataSourceOptions({ url, poolSize = 20, entities = [] }: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    synchronize: false,
    poolSize,
    connectTimeoutMS: 10_000,
    // TypeORM would otherwise try to install uuid-ossp, which needs rights a managed database may not give.
    installExtensions: false,
    applicationName: 'drumbeat',
    extra: { types: parsers(), keepAlive: true, idleTimeoutMillis: 30_000, Client: SteadyClient },
  };
}

export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}
