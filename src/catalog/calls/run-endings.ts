// How a run leaves the worker before its work is done.

/** Meta, or our share of its budget, asks for patience: the run continues at that instant, in any worker. */
export class RunMustWait extends Error {
  constructor(
    readonly until: Date,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** What stands in the way does not go away by itself. */
export class RunFailed extends Error {}

/** Somebody asked the run to stop, or this worker shuts down and leaves the run to the next one. */
export class RunStopped extends Error {
  constructor(readonly isForShutdown: boolean) {
    super('stopped');
  }
}

/** Another worker has taken the run over: this one must not write another row of it. */
export class RunLost extends Error {}
