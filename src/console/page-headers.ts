const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "img-src 'self' data: blob: https:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

const NO_DEVICES = ['accelerometer', 'camera', 'geolocation', 'gyroscope', 'microphone', 'payment', 'usb'];
const YEAR_SECONDS = 31_536_000;

/** Headers of the page. The nonce is for the one style element that a library writes. */
export function pageHeaders(nonce: string, publicUrl: string): Record<string, string> {
  return {
    'content-security-policy': [...POLICY, `style-src 'self' 'nonce-${nonce}'`].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': NO_DEVICES.map((device) => `${device}=()`).join(', '),
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {}),
  };
}
