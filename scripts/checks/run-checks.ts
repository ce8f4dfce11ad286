import { runCommand } from '../launcher/processes/run-command.ts';

export interface Check {
  name: string;
  command: readonly string[];
  env?: NodeJS.ProcessEnv;
}

export interface CheckResult {
  name: string;
  ok: boolean;
  seconds: number;
}

/** Runs all checks, two at a time, and reports them in their order. The output of a check is shown only if it fails. */
export async function runChecks(
  checks: readonly Check[],
  report: (text: string) => void,
): Promise<CheckResult[]> {
  const done: CheckResult[] = [];
  const lines: string[] = [];
  let next = 0;
  let reported = 0;

  const worker = async (): Promise<void> => {
    for (let index = next++; index < checks.length; index = next++) {
      const { name, command, env } = checks[index] as Check;
      const begun = performance.now();
      const { ok, output } = await runCommand(command, { env: { ...process.env, ...env } });
      const seconds = (performance.now() - begun) / 1000;
      done[index] = { name, ok, seconds };
      const took = `(${seconds.toFixed(1)} s)`;
      lines[index] = ok ? `✓ ${name} ${took}` : `✗ ${name} ${took}\n${output.trim()}\n`;
      for (let line = lines[reported]; line !== undefined; line = lines[reported]) {
        report(line);
        reported += 1;
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return done;
}
