import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartRefused } from './start-refused.ts';

interface SettingsModule {
  loadSettings: (env: NodeJS.ProcessEnv) => unknown;
}

/** Lets the application check its settings before anything starts that would have to be stopped again. */
export async function checkConfig(dist: string, env: NodeJS.ProcessEnv): Promise<void> {
  const module = pathToFileURL(join(dist, 'src', 'settings.js')).href;
  const { loadSettings } = (await import(module)) as SettingsModule;
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigError') throw new StartRefused(error.message);
    throw error;
  }
}
