import { type DynamicModule, Global, Module, type ValueProvider } from '@nestjs/common';

/** Settings are read once, before anything starts, and injected by their class: those of the process and of features. */
@Global()
@Module({})
export class ConfigModule {
  static for(settings: readonly ValueProvider[]): DynamicModule {
    const tokens = settings.map(({ provide }) => provide);
    return { module: ConfigModule, providers: [...settings], exports: tokens };
  }
}
