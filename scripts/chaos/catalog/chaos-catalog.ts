import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../launcher/build.ts';
import { stopRequest } from '../../launcher/supervisor/stop-request.ts';
import { CATALOG_USAGE, type CatalogChaosOptions, readCatalogOptions } from './catalog-options.ts';
import { runCatalogChaos } from './run-catalog-chaos.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** `chaos.ts` removes what a killed run of this name has left. */
const DIR = join(ROOT, '.data', `chaos-${process.pid}`);
const SHOWN = 10;

function optionsOrExit(args: readonly string[]): CatalogChaosOptions {
  try {
    return readCatalogOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${CATALOG_USAGE}`);
    process.exit(2);
  }
}

/** `npm run chaos -- catalog`: sets the exit code of the process. */
export async function chaosOfCatalogs(args: readonly string[]): Promise<void> {
  const options = optionsOrExit(args);
  const signal = stopRequest();
  await mkdir(DIR, { recursive: true });
  try {
    await build();
    const log = (line: string): void => {
      console.log(line);
    };
    const outcome = await runCatalogChaos(options, { dir: DIR, dist: join(ROOT, 'dist'), signal, log });
    const { findings, kills, postgresRestarts, phases, seconds } = outcome;
    const { products, seed } = options;
    log(`${products} products, seed ${seed}: ${kills} kills, ${postgresRestarts} restarts of PostgreSQL`);
    log(
      `runs were hit in ${Object.entries(phases)
        .map(([phase, times]) => `${phase} ${times} times`)
        .join(', ')}`,
    );
    for (const finding of findings.slice(0, SHOWN)) log(`    ${finding}`);
    log(findings.length === 0 ? '✓ Both sides are equal' : `✗ ${findings.length} findings`);
    const line = { name: 'chaos-catalog', ok: findings.length === 0, findings: findings.length };
    log(
      JSON.stringify({
        ...line,
        products,
        seed,
        kills,
        postgresRestarts,
        phases,
        seconds: Math.round(seconds),
      }),
    );
    process.exitCode = findings.length === 0 ? 0 : 1;
  } catch (error) {
    process.exitCode = 1;
    if (signal.aborted) console.log('stopped, together with everything that was started');
    else console.error(error);
  } finally {
    await rm(DIR, { recursive: true, force: true });
  }
}
