import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface StreamedEvent {
  id: string | undefined;
  name: string;
  data: any;
}

export interface OpenStream {
  status: number;
  headers: IncomingHttpHeaders;
  /** What has arrived whole. */
  all: () => StreamedEvent[];
  /** The events alone, without what the stream says about itself. */
  events: () => StreamedEvent[];
  lastId: () => string | undefined;
  isOver: () => boolean;
  kill: () => void;
}

/** A client of server-sent events, as a browser is one, but one that never comes back by itself. */
export async function openStream(
  url: string,
  key: string,
  { query = '', lastEventId }: { query?: string; lastEventId?: string | undefined } = {},
): Promise<OpenStream> {
  const request = get(`${url}/api/events/stream${query}`, {
    headers: { 'x-api-key': key, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    agent: false,
  });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => undefined);
  const all = (): StreamedEvent[] => text.split('\n\n').slice(0, -1).flatMap(read);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    all,
    events: () => all().filter(({ name }) => name === 'message'),
    lastId: () => all().findLast(({ id }) => id !== undefined)?.id,
    isOver: () => response.complete,
    kill: () => {
      request.destroy();
    },
  };
}

function read(block: string): StreamedEvent[] {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  return data === undefined
    ? []
    : [{ id: fields.get('id'), name: fields.get('event') ?? 'message', data: JSON.parse(data) as unknown }];
}
