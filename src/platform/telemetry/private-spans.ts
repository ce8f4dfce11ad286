import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { maskText } from '../logging/mask.js';
import { safeUrl } from './safe-url.js';

/** Reports the kind and the code of an error itself, never PostgreSQL's message, which may quote a value. */
const SAFE_ERRORS = '@opentelemetry/instrumentation-pg';

/**
 * The last look at every span before it leaves: whichever instrumentation made it, it goes through the same mask as a
 * log line, and only the kind of an error is reported. Error messages quote what people typed.
 */
export class PrivateSpans implements SpanProcessor {
  onEnding(span: Span): void {
    for (const [name, value] of Object.entries(span.attributes)) {
      if (typeof value !== 'string') continue;
      const masked = name === 'url.full' ? safeUrl(value) : maskText(value);
      if (masked !== value) span.setAttribute(name, masked);
    }
    if (span.status.message !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    const safe = span.instrumentationScope.name === SAFE_ERRORS;
    for (const event of span.events) event.attributes = told(event.attributes ?? {}, safe);
  }

  onStart(): void {
    // Attributes come later; they are looked at together when the span ends.
  }

  onEnd(): void {
    // Too late to change anything.
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function told(attributes: Attributes, withMessage: boolean): Attributes {
  const names = withMessage ? ['exception.type', 'exception.message'] : ['exception.type'];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
