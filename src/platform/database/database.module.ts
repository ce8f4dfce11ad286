import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config/config.js';
import { dataSourceOptions, type Migrations } from './data-source.js';
import { Database } from './database.js';

@Global()
@Module({ providers: [Database], exports: [Database] })
export class DatabaseModule {
  static for(migrations: Migrations): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: ({ databaseUrl }: Config) => {
            if (databaseUrl === undefined) throw new TypeError('DATABASE_URL is not set');
            const options = dataSourceOptions({ url: databaseUrl, migrations });
            return { ...options, autoLoadEntities: true, retryAttempts: 0 };
          },
        }),
      ],
    };
  }
}
