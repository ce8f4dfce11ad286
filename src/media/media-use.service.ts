import type { EntityManager } from 'typeorm';

/**
 * Which campaigns still need a file. They stand above the media, so they implement this class instead of being
 * imported here.
 */
export abstract class MediaUse {
  /** The names of campaigns that have not ended and name the asset, newest first. */
  abstract campaignNames(tx: EntityManager, organizationId: string, assetId: string): Promise<string[]>;
}
