import { relative } from 'node:path';
import type { Ready } from './managed-process.ts';
import type { Settings } from './settings.ts';

interface Started extends Ready {
  settings: Settings;
  simulatorUrl: string | undefined;
  adminKeyGiven: boolean;
  tookMs: number;
}

export function banner(started: Started): string {
  const { settings, url, simulatorUrl, adminKeyGiven, tookMs } = started;
  const dataDir = readable(settings.dataDir);
  const lines = [
    ...(settings.role === 'worker'
      ? [['Worker', `${url}/health/ready`]]
      : [
          ...(started.console === true ? [['Console', `${url}/console`]] : []),
          ['API', `${url}/api`],
          ['Docs', `${url}/docs`],
        ]),
    ...(simulatorUrl === undefined ? [] : [['Simulator', `${simulatorUrl} (stands in for Meta)`]]),
    ['Admin key', adminKeyGiven ? 'ADMIN_API_KEY (environment)' : `${dataDir}/admin-api-key`],
    ['Data', dataDir],
  ];
  const { ownerLink } = started;
  return [
    `Drumbeat is ready (${(tookMs / 1000).toFixed(1)} s)`,
    ...lines.map(([name = '', value = '']) => `  ${name.padEnd(11)}${value}`),
    ...(ownerLink === undefined
      ? []
      : [
          '',
          'Nobody can sign in yet. This link makes the owner, once, within 15 minutes:',
          `  ${ownerLink}`,
        ]),
  ].join('\n');
}

function readable(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith('..') || below === '' ? path : below;
}
