import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartRefused } from './start-refused.ts';

interface ConfigModule {
  loadConfig: (env: NodeJS.ProcessEnv) => unknown;
}

/** Lets the application judge its settings before anything is started that would have to be stopped again. */
export async function checkConfig(dist: string, env: NodeJS.ProcessEnv): Promise<void> {
  const module = pathToFileURL(join(dist, 'src', 'platform', 'config', 'config.js')).href;
  const { loadConfig } = (await import(module)) as ConfigModule;
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigError') throw new StartRefused(error.message);
    throw error;
  }
}
