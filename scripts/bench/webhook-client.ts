import { connect, type Socket } from 'node:net';
import { type BenchLink, linkRequest, signatureOf, statusBody, type StatusPost } from './status-body.ts';

// Meta, as far as the webhook can tell. A process of its own, on bare sockets, leaves most of the machine to the
// process that is measured. Requests are built and signed before the clock starts.

export interface ClientTask extends StatusPost {
  type: 'prepare';
  port: number;
  path: string;
  secret: string;
  count: number;
  connections: number;
  /** Set: the requests open this tracked link instead. */
  link?: BenchLink;
}

export interface ClientResult {
  type: 'done';
  seconds: number;
  /** Answers by status. */
  answers: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  cpuSeconds: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

let task: ClientTask | undefined;
let requests: Buffer[] = [];

process.on('message', (message: ClientTask | { type: 'go' }) => {
  if (message.type === 'prepare') {
    task = message;
    requests = Array.from({ length: message.count }, (_, n) => requestOf(n, message));
    process.send?.({ type: 'prepared' });
  } else if (task !== undefined) {
    void run(task).then((result) => process.send?.(result));
  }
});
process.once('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });

function requestOf(n: number, { path, port, secret, link, ...post }: ClientTask): Buffer {
  if (link !== undefined) return linkRequest(n, port, link);
  const body = statusBody(n, post);
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    `X-Hub-Signature-256: ${signatureOf(body, secret)}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

async function run({ port, count, connections }: ClientTask): Promise<ClientResult> {
  const latencies = new Float64Array(count);
  const answers: Record<string, number> = {};
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
  let next = 0;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let n = next++; n < count; n = next++) {
        const sentAt = performance.now();
        socket.write(requests[n] ?? '');
        const status = await answered(socket);
        latencies[n] = performance.now() - sentAt;
        answers[status] = (answers[status] ?? 0) + 1;
      }
      socket.destroy();
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const sorted = latencies.sort();
  const at = (q: number): number => sorted[Math.min(count - 1, Math.floor(q * count))] ?? Number.NaN;
  return {
    type: 'done',
    seconds,
    answers,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    cpuSeconds: (user + system) / 1e6,
  };
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(socket);
    });
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}

/** The status of the next answer, read to the end of its body. */
function answered(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let got: Buffer = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
      const end = got.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const head = got.toString('latin1', 0, end);
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (got.length < end + END_OF_HEAD.length + length) return;
      finish();
      resolve(head.slice(9, 12));
    };
    const lost = (): void => {
      finish();
      reject(new Error('the server closed a connection'));
    };
    const finish = (): void => {
      socket.off('data', take);
      socket.off('close', lost);
    };
    socket.on('data', take);
    socket.on('close', lost);
  });
}
