/** When the catalogs that synchronise themselves are read in full. */
export abstract class SyncSettings {
  /** A cron expression in the time zone of the installation. */
  abstract readonly catalogSyncAt: string;
}
