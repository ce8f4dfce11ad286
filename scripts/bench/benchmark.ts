import type { BenchOptions } from './arguments.ts';
import type { Finding } from './report.ts';
import type { Workshop } from './workshop.ts';

export interface BenchRun extends Omit<BenchOptions, 'names' | 'rows' | 'help'> {
  workshop: Workshop;
  rows: number;
}

export interface Benchmark {
  name: string;
  /** The size its goal names. */
  rows: number;
  run: (run: BenchRun) => Promise<Finding>;
}
