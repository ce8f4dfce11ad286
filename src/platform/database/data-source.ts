import pg from 'pg';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { connectionSettings, PATIENCE, type Patience } from './connection-settings.js';

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
  /** The schema belongs to the features above; the wiring hands it down. */
  migrations?: Migrations;
  patience?: Patience;
}

export type Migrations = readonly (new () => MigrationInterface)[];

export function dataSourceOptions({
  url,
  poolSize = 20,
  entities = [],
  migrations = [],
  patience = PATIENCE,
}: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    synchronize: false,
    poolSize,
    connectTimeoutMS: 10_000,
    // TypeORM would otherwise try to install uuid-ossp, which needs rights a managed database may not give.
    installExtensions: false,
    applicationName: 'drumbeat',
    extra: { ...connectionSettings(patience), types: parsers(), idleTimeoutMillis: 30_000 },
  };
}

export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}
