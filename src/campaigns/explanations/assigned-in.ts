/** The experiment of a campaign, as far as it explains one recipient. */
export interface ExplainingExperiment {
  startedAt: Date | null;
  decidedAt: Date | null;
  /** Of the recipient's variant; null: it has none. */
  key: string | null;
}

interface Divided {
  variant: number | null;
  wave: number;
  attemptedAt: Date | null;
}

/** What part a recipient has in an experiment; null: none. */
export function assignedIn(
  experiment: ExplainingExperiment | undefined,
  { variant, wave, attemptedAt }: Divided,
): { at: Date; detail: string } | null {
  if (variant === null || experiment === undefined || experiment.startedAt === null) return null;
  const { startedAt: at, decidedAt, key } = experiment;
  if (variant === 0) return { at, detail: 'In the control group of the experiment: it gets no message.' };
  const won = wave > 0 && decidedAt !== null && attemptedAt !== null;
  if (won) return { at: decidedAt, detail: `Given variant ${key ?? variant}, which won the experiment.` };
  return { at, detail: `Given variant ${key ?? variant} of the experiment.` };
}
