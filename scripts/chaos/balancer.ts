import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { LOOPBACK } from '../launcher/processes/ports.ts';

/**
 * Stands in front of several API processes and hands each connection to the next one that is up. A process that dies
 * cuts its connections, as it would behind any other balancer.
 */
export class Balancer {
  private readonly backends: () => readonly string[];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private next = 0;

  constructor(backends: () => readonly string[]) {
    this.backends = backends;
    this.server = createServer((client) => {
      this.serve(client);
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, LOOPBACK);
    await once(this.server, 'listening');
    return `http://${LOOPBACK}:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serve(client: Socket): void {
    const backends = this.backends();
    const backend = backends[this.next++ % backends.length];
    if (backend === undefined) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(backend);
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    client.setNoDelay(true);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
