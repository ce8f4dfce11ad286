import type { FileKey } from '../../platform/storage/file-store.js';
import type { CleanImage } from './clean-image.js';

export const EXTENSIONS = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const;

const ORGANIZATION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILE = /^[0-9a-f]{64}\.(jpg|png)$/;

/** Where an image lies: under its organization, named after its content. */
export function imageKey(organizationId: string, sha256: string, type: CleanImage['contentType']): FileKey {
  return `${organizationId}/${sha256}.${EXTENSIONS[type]}`;
}

/** The image that an address asks for; undefined for every name that none of ours has. */
export function parseImageKey(
  folder: string,
  file: string,
): { key: FileKey; contentType: CleanImage['contentType'] } | undefined {
  if (!ORGANIZATION.test(folder) || !FILE.test(file)) return undefined;
  return { key: `${folder}/${file}`, contentType: file.endsWith('.png') ? 'image/png' : 'image/jpeg' };
}

/** The hashes of the images of this organization that addresses name, whatever stands before organization and file. */
export function imagesIn(addresses: readonly (string | null)[], organizationId: string): string[] {
  const hashes = addresses.flatMap((address) => {
    const at = address?.indexOf(`/${organizationId}/`) ?? -1;
    if (address === null || at === -1) return [];
    const [, sha256] = NAMED.exec(address.slice(at + organizationId.length + 1)) ?? [];
    return sha256 === undefined ? [] : [sha256];
  });
  return [...new Set(hashes)];
}

const NAMED = /^\/([0-9a-f]{64})\.(?:jpg|png)/;
