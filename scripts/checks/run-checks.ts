import { runCommand } from '../launcher/processes/run-command.ts';

export interface Check {
  name: string;
  command: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs all checks, two at a time, and reports them in their order; what a check says matters only when it
 * fails. Returns the names of the failed ones.
 */
export async function runChecks(checks: readonly Check[], report: (text: string) => void): Promise<string[]> {
  const failed: string[] = [];
  const results: (() => string)[] = [];
  let next = 0;
  let reported = 0;

  const worker = async (): Promise<void> => {
    for (let index = next++; index < checks.length; index = next++) {
      const { name, command, env } = checks[index] as Check;
      const begun = performance.now();
      const { ok, output } = await runCommand(command, { env: { ...process.env, ...env } });
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      if (!ok) failed.push(name);
      results[index] = () =>
        ok ? `✓ ${name} (${seconds} s)` : `✗ ${name} (${seconds} s)\n${output.trim()}\n`;
      for (let done = results[reported]; done !== undefined; done = results[reported]) {
        report(done());
        reported += 1;
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return checks.map(({ name }) => name).filter((name) => failed.includes(name));
}
