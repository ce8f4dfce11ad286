import pg from 'pg';

/**
 * A client that can lose its connection at any moment without ending the process. The pool listens for errors only
 * while a client is idle, and the borrower starts listening a moment later. If PostgreSQL shuts down in between, the
 * error has no listener, which Node treats as fatal (seen when connections are cut under load). The next query on the
 * dead connection fails and reports to its caller.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
