import { rmSync } from 'node:fs';
import { stopCluster } from '../../scripts/launcher/cluster.ts';

export default async function globalTeardown() {
  const { dir } = globalThis.__TEST_CLUSTER__ ?? {};
  if (dir === undefined) return;
  await stopCluster(dir, 'immediate');
  rmSync(dir, { recursive: true, force: true });
}
