import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { problemOf } from '../http/problem.js';

/** What Node's parser rejects never becomes a request: the answer is written to the socket by hand. */
export function refuseUnparseable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, code, detail] = refusalOf(error.code);
  const id = uuidV7();
  const body = JSON.stringify(problemOf({ status, code, detail }, { path: '/', id }));
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** A URL that Fastify cannot read has no route, and so no filter of ours around it. */
export function refuseUnroutable(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const detail = 'The path is not a valid URL.';
  const problem = problemOf({ status: 400, code: 'bad_url', detail }, { path: request.url, id: request.id });
  void reply
    .code(400)
    .headers({ 'content-type': 'application/problem+json; charset=utf-8', 'x-request-id': request.id })
    .send(JSON.stringify(problem));
}

function refusalOf(code: string | undefined): [number, string, string, string] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return [
      431,
      'Request Header Fields Too Large',
      'headers_too_large',
      'The headers are larger than 16 KB.',
    ];
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return [408, 'Request Timeout', 'request_timeout', 'The request did not arrive in time.'];
  }
  return [400, 'Bad Request', 'malformed_request', 'This is not a well-formed HTTP request.'];
}
