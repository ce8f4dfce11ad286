import { lookup, Resolver } from 'node:dns/promises';

/** Turns a host name into all its addresses. */
export abstract class NameResolver {
  abstract resolve(host: string): Promise<string[]>;
}

/** No answer, which the system would wait for once more. */
const UNANSWERED = new Set(['ETIMEOUT', 'ESERVFAIL']);

/**
 * Asks the name servers, and the system (hosts file, search domains) for what they do not know. The system answers two
 * questions at a time for the whole process: a name server of one tenant that is silent would stop the look-ups of
 * everybody, Meta's included.
 */
export class SystemResolver extends NameResolver {
  private readonly servers = new Resolver({ timeout: 2_000, tries: 2 });

  override async resolve(host: string): Promise<string[]> {
    if (host.includes('.')) {
      const answers = await Promise.allSettled([this.servers.resolve4(host), this.servers.resolve6(host)]);
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (addresses.length > 0) return addresses;
      for (const answer of answers) {
        if (
          answer.status === 'rejected' &&
          UNANSWERED.has((answer.reason as NodeJS.ErrnoException).code ?? '')
        )
          throw answer.reason;
      }
    }
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  }
}
