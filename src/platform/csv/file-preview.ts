/** What an import would make of the beginning of a file. */
export interface FilePreview {
  hasHeader: boolean;
  columns: PreviewedColumn[];
  /** What a column can be mapped to. */
  targets: readonly string[];
  problems: PreviewProblem[];
  rowsRead: number;
  rowsFailed: number;
}

export interface PreviewedColumn {
  /** As it stands in the file. */
  header: string;
  /** What the import makes of it, as a mapping names it; `-`: nothing. */
  target: string;
  /** From the first rows, without repetitions. */
  samples: string[];
}

export interface PreviewProblem {
  /** An error keeps rows, or the whole file, from being imported. */
  severity: 'error' | 'warning';
  /** Index of the column; null if it is about a whole row or the whole file. */
  column: number | null;
  message: string;
  /** In how many rows; null if it is about the file. */
  count: number | null;
  /** Where it is met first. */
  line: number | null;
  sample: string | null;
}

const SAMPLES = 5;
const MAX_SAMPLE = 100;
const MAX_PROBLEMS = 100;
/** A reason may begin with the value. Without it, equal problems of different values are one. */
const QUOTED_VALUE = /^"[^]*?" (?=[a-z])/;

/** Problems of rows, each once with its count. */
export class ProblemTally {
  private readonly found = new Map<string, PreviewProblem & { count: number }>();

  add(line: number, column: number | null, said: string, cell: string | null): void {
    const message = said.replace(QUOTED_VALUE, '');
    const key = `${column ?? ''} ${message}`;
    const known = this.found.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const sample = cell === null ? null : shortened(cell);
    this.found.set(key, { severity: 'error', column, message, count: 1, line, sample });
  }

  list(): PreviewProblem[] {
    return [...this.found.values()].sort((a, b) => b.count - a.count).slice(0, MAX_PROBLEMS);
  }
}

export function problemOfFile(message: string, severity: 'error' | 'warning' = 'error'): PreviewProblem {
  return { severity, column: null, message, count: null, line: null, sample: null };
}

/** The first different values of each column. */
export function samplesOf(rows: readonly (readonly string[])[], width: number): string[][] {
  return Array.from({ length: width }, (_, column) => {
    const values = new Set<string>();
    for (const cells of rows) {
      const value = (cells[column] ?? '').trim();
      if (value !== '') values.add(shortened(value));
      if (values.size === SAMPLES) break;
    }
    return [...values];
  });
}

export function shortened(text: string): string {
  return text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE).toWellFormed()}…` : text;
}
