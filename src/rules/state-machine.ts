import { DomainError } from './errors/domain-error.js';

/** Which state may follow which: the whole rule in one table, to be read and tested as one. */
export type Moves<S extends string> = Readonly<Record<S, readonly S[]>>;

export function canMove<S extends string>(moves: Moves<S>, from: S, to: S): boolean {
  return moves[from].includes(to);
}

export function assertMove<S extends string>(moves: Moves<S>, what: string, from: S, to: S): void {
  if (canMove(moves, from, to)) return;
  const allowed = moves[from];
  const next = allowed.length === 0 ? `${from} is final` : `from here it can become ${allowed.join(', ')}`;
  throw new DomainError(
    'conflict',
    'illegal_move',
    `This ${what} is ${from} and cannot become ${to}: ${next}.`,
  );
}

/** The states from which `to` can be reached in one move: what a guarded UPDATE puts into its WHERE. */
export function statesBefore<S extends string>(moves: Moves<S>, to: S): S[] {
  return (Object.keys(moves) as S[]).filter((from) => moves[from].includes(to));
}
