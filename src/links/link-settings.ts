import { type Environment, url } from '../platform/config/environment.js';

/** Where tracked links lead to first. */
export abstract class LinkSettings {
  /** Without a slash at the end. */
  abstract readonly baseUrl: string;
  /** False: the address is not https, so no link may be sent to real people. */
  abstract readonly isUsable: boolean;
}

export function readLinkSettings(
  environment: Environment,
  { publicUrl, isSimulated }: { publicUrl: string; isSimulated: boolean },
): LinkSettings {
  const baseUrl = environment.read('LINK_BASE_URL', url(['http:', 'https:'])) ?? publicUrl;
  return { baseUrl, isUsable: isSimulated || new URL(baseUrl).protocol === 'https:' };
}

/** What stands before the token: the template of a tracked button has exactly this address before its variable. */
export function linkPrefix({ baseUrl }: Pick<LinkSettings, 'baseUrl'>): string {
  return `${baseUrl}/l/`;
}
