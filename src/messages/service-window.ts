/** Meta's customer service window: for so long after their last message a person may be written to freely. */
export const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1_000;

export function windowClosesAt(lastInboundAt: Date): Date {
  return new Date(lastInboundAt.getTime() + SERVICE_WINDOW_MS);
}
