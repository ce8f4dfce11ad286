import { spawn, type SpawnOptions } from 'node:child_process';

export interface CommandResult {
  ok: boolean;
  output: string;
}

/** Runs a command to its end and collects its output from both streams, in order. */
export function runCommand(
  command: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<CommandResult> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => {
      resolve({ ok: false, output: `${program}: ${error.message}` });
    });
    child.once('close', (code) => {
      resolve({ ok: code === 0, output });
    });
  });
}
