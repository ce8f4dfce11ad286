/** A number reads from left to right in every language. */
export function Phone({ number }: { number: string }) {
  return <bdi dir="ltr">{number.replace(/^(\+\d{2})(\d{5})(\d+)$/, '$1 $2 $3')}</bdi>;
}
