import type { Release } from '../../rules/calendar/pace.js';

/** Shares releases out in order: the first recipients go to the first part, and so on. One that straddles is divided. */
export function shareReleases(releases: readonly Release[], sizes: readonly number[]): Release[][] {
  const parts: Release[][] = sizes.map(() => []);
  let part = 0;
  let left = sizes[0] ?? 0;
  for (const release of releases) {
    for (let size = release.size; size > 0;) {
      while (left === 0 && part < sizes.length - 1) left = sizes[++part] ?? 0;
      if (left === 0) return parts;
      const taken = Math.min(size, left);
      parts[part]?.push({ atMs: release.atMs, size: taken });
      size -= taken;
      left -= taken;
    }
  }
  return parts;
}
