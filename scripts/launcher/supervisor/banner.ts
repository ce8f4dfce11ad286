import { relative } from 'node:path';
import type { Settings } from './settings.ts';

export interface Started {
  settings: Settings;
  url: string;
  simulatorUrl: string | undefined;
  adminKeyGiven: boolean;
  tookMs: number;
}

export function banner({ settings, url, simulatorUrl, adminKeyGiven, tookMs }: Started): string {
  const dataDir = readable(settings.dataDir);
  const lines = [
    ...(settings.role === 'worker'
      ? [['Worker', `${url}/health/ready`]]
      : [
          ['API', `${url}/api`],
          ['Docs', `${url}/docs`],
        ]),
    ...(simulatorUrl === undefined ? [] : [['Simulator', `${simulatorUrl} (stands in for Meta)`]]),
    ['Admin key', adminKeyGiven ? 'ADMIN_API_KEY (environment)' : `${dataDir}/admin-api-key`],
    ['Data', dataDir],
  ];
  return [
    `Drumbeat is ready (${(tookMs / 1000).toFixed(1)} s)`,
    ...lines.map(([name = '', value = '']) => `  ${name.padEnd(11)}${value}`),
  ].join('\n');
}

function readable(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith('..') || below === '' ? path : below;
}
