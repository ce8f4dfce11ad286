/**
 * For answers that go on for hours. A proxy that compresses them holds each event back until its buffer is full, and
 * nginx buffers every answer that does not say otherwise.
 */
export const STREAM_HEADERS = {
  caching: ['Cache-Control', 'no-store, no-transform'],
  buffering: ['X-Accel-Buffering', 'no'],
} as const;
