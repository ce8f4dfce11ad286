import { type FileKey, PRIVATE_FOLDER } from '../platform/storage/file-store.js';

/** Under the id of the asset, which nobody can guess; the folder is none that a route serves. */
export function mediaKey(organizationId: string, assetId: string): FileKey {
  return `${PRIVATE_FOLDER}${organizationId}/${assetId}.bin`;
}
