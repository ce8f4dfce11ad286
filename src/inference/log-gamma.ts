/** Stirling's series is right to the last digit from here on. */
const LARGE = 15;

/** The logarithm of the gamma function, for positive numbers. */
export function logGamma(x: number): number {
  // Gamma(x) = Gamma(x + 1) / x: small numbers are carried up to where the series holds.
  let product = 1;
  let at = x;
  for (; at < LARGE; at += 1) product *= at;
  const inverse = 1 / (at * at);
  const series =
    1 / 12 +
    inverse *
      (-1 / 360 +
        inverse * (1 / 1260 + inverse * (-1 / 1680 + inverse * (1 / 1188 - (inverse * 691) / 360360))));
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series / at - Math.log(product);
}

/** The logarithm of the beta function of many numbers: the product of their gammas over the gamma of their sum. */
export function logBeta(numbers: readonly number[]): number {
  const sum = numbers.reduce((total, one) => total + one, 0);
  return numbers.reduce((total, one) => total + logGamma(one), 0) - logGamma(sum);
}
