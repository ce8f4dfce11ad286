import { SpanStatusCode } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect, it } from '@jest/globals';
import { PrivateSpans } from './private-spans.js';

function exported(scope: string): ReadableSpan {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [new PrivateSpans(), new SimpleSpanProcessor({ exporter })],
  });
  const span = provider.getTracer(scope).startSpan('a span', {
    attributes: {
      'url.path': '/api/customers/14694652751',
      'url.full': 'https://graph.facebook.com/v26.0/1065/messages?access_token=EAAG',
      'http.response.status_code': 500,
    },
  });
  span.recordException(new TypeError('no such customer: Maria, +919978783238'));
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no such customer: Maria' });
  span.end();
  const [only] = exporter.getFinishedSpans();
  if (only === undefined) throw new Error('nothing was exported');
  return only;
}

it('masks possible phone numbers and reduces addresses to their route', () => {
  expect(exported('any').attributes).toEqual({
    'url.path': '/api/customers/146******51',
    'url.full': 'https://graph.facebook.com/v26.0/*/messages',
    'http.response.status_code': 500,
  });
});

it('reports the kind of an error, but not its message', () => {
  const { events, status } = exported('any');
  expect(events.map(({ attributes }) => attributes)).toEqual([{ 'exception.type': 'TypeError' }]);
  expect(status).toEqual({ code: SpanStatusCode.ERROR });
});

it('keeps the PostgreSQL error text, which quotes no values', () => {
  const { events, status } = exported('@opentelemetry/instrumentation-pg');
  expect(Object.keys(events[0]?.attributes ?? {})).toEqual(['exception.type', 'exception.message']);
  expect(status).toEqual({ code: SpanStatusCode.ERROR });
});
