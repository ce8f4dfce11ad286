import { resolve } from 'node:path';

/** The few settings that the supervisor itself needs. The application checks them all (see check-config.ts). */
export interface Settings {
  port: number;
  /** The address at which this installation answers its own processes. */
  url: string;
  role: string;
  /** Only a process that was given a single role shares an installation with others on purpose. */
  mayJoinOthers: boolean;
  dataDir: string;
  databaseUrl: string | undefined;
  wantsSimulator: boolean;
}

const ANY_ADDRESS = ['', '0.0.0.0', '::', 'localhost'];

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const value = (name: string): string | undefined => env[name]?.trim() || undefined;
  const port = Number(value('PORT') ?? 3000);
  const host = value('HOST') ?? '';
  const reachable = ANY_ADDRESS.includes(host) ? '127.0.0.1' : host;
  const role = value('ROLE') ?? 'all';
  return {
    port,
    url: `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`,
    role,
    mayJoinOthers: role === 'api' || role === 'worker',
    dataDir: resolve(value('DATA_DIR') ?? '.data'),
    databaseUrl: value('DATABASE_URL'),
    wantsSimulator: value('WHATSAPP_ACCESS_TOKEN') === undefined && value('WHATSAPP_API_URL') === undefined,
  };
}
