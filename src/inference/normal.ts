/** Of the standard normal distribution. Good to about 1e-15 relative, in the tails too. */

/** The probability of a value above `z`. */
export function normalTail(z: number): number {
  return z < 0 ? 1 - normalTail(-z) : z < 2.5 ? 0.5 - bodyOf(z) : farTail(z);
}

/** The probability of a value at least this far from 0, on either side. */
export function twoSided(z: number): number {
  return Math.min(1, 2 * normalTail(Math.abs(z)));
}

/** The value below which the share `p` lies. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a share between 0 and 1 is needed, not ${p}`);
  if (p === 0.5) return 0;
  // By its own tail, where no digits are lost to 1.
  return p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
}

/** The value above which the share `tail` lies; `tail` is below 1/2. */
export function upperQuantile(tail: number): number {
  // Hastings' approximation is right to 4.5e-4; Newton's steps double the digits each time.
  const t = Math.sqrt(-2 * Math.log(tail));
  let z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 4; step += 1) {
    const error = (normalTail(z) - tail) / density(z);
    // Halley's correction: the curve bends most where the tail is thin.
    z += error / (1 - (z * error) / 2);
  }
  return z;
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** From 0 to `z`, by the series z + z^3/3 + z^5/15 and so on. */
function bodyOf(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n += 1) {
    term *= (z * z) / (2 * n + 1);
    sum += term;
  }
  return sum * density(z);
}

/** By Laplace's continued fraction, from the back. */
function farTail(z: number): number {
  let fraction = z;
  for (let n = 120; n > 0; n -= 1) fraction = z + n / fraction;
  return density(z) / fraction;
}
