import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

// Linux reports hundredths of a second to every program, whatever the kernel's own tick is.
const TICKS_A_SECOND = 100;

/** CPU seconds that a process has used so far. */
export function cpuSeconds(pid: number): number {
  const { own } = cpuOf(pid);
  return own / TICKS_A_SECOND;
}

/** CPU seconds of a process and all its children, including those that have ended: a PostgreSQL server. */
export function cpuSecondsOfFamily(pid: number): number {
  const { own, ended } = cpuOf(pid);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .map(statOf)
    .filter((stat) => stat?.parent === pid);
  return (own + ended + children.reduce((sum, child) => sum + (child?.own ?? 0), 0)) / TICKS_A_SECOND;
}

/** The peak memory of a process in MB, since its start or since `forgetPeak`. */
export function peakMemoryMb(pid: number): number {
  return memoryLine(pid, 'VmHWM');
}

/** Memory of the process's own: not the pages of its program file, which all processes share. */
export function ownMemoryMb(pid: number): number {
  return memoryLine(pid, 'RssAnon');
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function memoryLine(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return Number(kilobytes) / 1024;
}

interface ProcessStat {
  parent: number;
  own: number;
  ended: number;
}

function cpuOf(pid: number): ProcessStat {
  const stat = statOf(pid);
  if (stat === undefined) throw new Error(`process ${pid} is gone`);
  return stat;
}

function statOf(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The program's name, in brackets, may contain spaces; what follows it is counted from the third field on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), own: field(14) + field(15), ended: field(16) + field(17) };
}
