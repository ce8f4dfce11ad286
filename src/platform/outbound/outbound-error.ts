export type OutboundFailure =
  'name_not_found' | 'unreachable' | 'timed_out' | 'answer_too_large' | 'too_many_redirects';

const SENTENCES: Readonly<Record<OutboundFailure, string>> = {
  name_not_found: 'The host name cannot be resolved.',
  unreachable: 'The server cannot be reached.',
  timed_out: 'The server did not answer in time.',
  answer_too_large: 'The answer is larger than allowed.',
  too_many_redirects: 'The server redirects too often.',
};

/** A call that got no answer that can be used. The message repeats nothing that the other side said. */
export class OutboundError extends Error {
  constructor(
    readonly failure: OutboundFailure,
    cause?: unknown,
  ) {
    super(SENTENCES[failure], cause === undefined ? undefined : { cause });
    this.name = 'OutboundError';
  }
}
