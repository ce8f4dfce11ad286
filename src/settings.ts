import { readFileSync } from 'node:fs';
import type { Installation } from './access/sessions/installation.js';
import { type ConsoleSettings, readConsoleSettings } from './console/console-settings.js';
import { type Config, readConfig } from './platform/config/config.js';
import { Environment, type EnvironmentVariables, type Parse, refuse } from './platform/config/environment.js';
import { type LinkSettings, readLinkSettings } from './links/link-settings.js';
import { type MediaSettings, readMediaSettings } from './media/media-settings.js';
import {
  type NotificationSettings,
  readNotificationSettings,
} from './notifications/notification-settings.js';
import { type GatewaySettings, readGatewaySettings } from './orders/gateways/gateway-settings.js';
import { readStorageSettings, type StorageSettings } from './platform/storage/storage-settings.js';
import { type OutboundSettings, readOutboundSettings } from './platform/outbound/outbound-settings.js';
import type { CalendarSettings } from './rules/calendar/calendar-settings.js';
import { parseCron } from './rules/calendar/cron.js';
import { parseSendWindow, type SendWindow } from './rules/calendar/send-window.js';
import { parseTimeZone } from './rules/calendar/time-zone.js';
import { DomainError } from './rules/errors/domain-error.js';
import type { RetentionSettings } from './rules/retention-settings.js';
import type { SyncSettings } from './catalog/sync/sync-settings.js';
import { isSimulated, readWhatsappSettings, type WhatsappSettings } from './whatsapp/whatsapp-settings.js';

/** Everything the process takes from its environment, read and judged once at the start. */
export interface Settings {
  config: Config;
  calendar: CalendarSettings;
  whatsapp: WhatsappSettings;
  installation: Installation;
  sync: SyncSettings;
  outbound: OutboundSettings;
  storage: StorageSettings;
  gateways: GatewaySettings;
  media: MediaSettings;
  links: LinkSettings;
  retention: RetentionSettings;
  notifications: NotificationSettings;
  console: ConsoleSettings;
}

export function loadSettings(variables: EnvironmentVariables): Settings {
  const environment = new Environment(variables);
  const whatsapp = readWhatsappSettings(environment);
  const config = readConfig(environment);
  const installation = { version: readVersion(), isSimulated: isSimulated(whatsapp, environment) };
  const settings: Settings = {
    config,
    calendar: readCalendarSettings(environment),
    whatsapp,
    installation,
    sync: { catalogSyncAt: environment.read('CATALOG_SYNC_AT', byRule(parseCron)) ?? '30 3 * * *' },
    outbound: readOutboundSettings(environment),
    storage: readStorageSettings(environment, config),
    gateways: readGatewaySettings(environment, {
      simulatorUrl:
        installation.isSimulated && environment.isSet('WHATSAPP_API_URL') ? whatsapp.apiUrl : undefined,
    }),
    media: readMediaSettings(environment),
    links: readLinkSettings(environment, {
      publicUrl: config.publicUrl,
      isSimulated: installation.isSimulated,
    }),
    retention: readRetentionSettings(environment),
    notifications: readNotificationSettings(environment, installation),
    console: readConsoleSettings(environment),
  };
  if (settings.config.clock !== undefined && !settings.installation.isSimulated) {
    // A moved clock against the real Meta would write to real people at the wrong time.
    if (!environment.hasProblem('WHATSAPP_API_URL')) {
      environment.reject('CLOCK', 'works only with the simulator or a loopback WHATSAPP_API_URL');
    }
  }
  environment.assertReadable();
  return settings;
}

/** The package lies one folder above the sources, and two above what is built from them. */
function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        version?: unknown;
      };
      if (typeof version === 'string') return version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}

function readCalendarSettings(environment: Environment): CalendarSettings {
  const window = environment.read('SEND_WINDOW', sendWindow);
  return {
    timeZone: environment.read('TIME_ZONE', byRule(parseTimeZone)) ?? 'UTC',
    dailyRunAt: environment.read('DAILY_RUN_AT', byRule(parseCron)) ?? '0 9 * * *',
    // Null is a value here (no window at all); only a variable that is not set takes the default.
    sendWindow: window === undefined ? { start: '09:00', end: '21:00' } : window,
  };
}

function readRetentionSettings(environment: Environment): RetentionSettings {
  return {
    auditDays: environment.read('AUDIT_RETENTION_DAYS', days(365)) ?? 730,
    importDays: environment.read('IMPORT_RETENTION_DAYS', days(1)) ?? 30,
    linkDays: environment.read('LINK_RETENTION_DAYS', days(1)) ?? 180,
    // Statuses arrive for weeks, an event can be replayed for 90 days, and a frequency cap looks back.
    messageDays: environment.read('MESSAGE_RETENTION_DAYS', days(90)) ?? 730,
    // As long as an event that has been processed can be replayed: its answer is sent once.
    outboxDays: environment.read('OUTBOX_RETENTION_DAYS', days(14)) ?? 14,
  };
}

function days(least: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    return /^\d{1,5}$/.test(text) && value >= least
      ? value
      : refuse(`must be a number of days, ${least} or more, is "${text}"`);
  };
}

const sendWindow: Parse<SendWindow | null> = (text) =>
  text.toLowerCase() === 'off' ? null : byRule(parseSendWindow)(text);

/** The calendar's own rules judge the environment as they judge a request. */
function byRule<T>(parse: Parse<T>): Parse<T> {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof DomainError) return refuse(error.message);
      throw error;
    }
  };
}
