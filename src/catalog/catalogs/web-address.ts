/** What is wrong with an address that Meta and customers are to follow. */
export function webAddressProblem(text: string): string | undefined {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text)) {
    return 'must be an absolute http or https address';
  }
  const { username, password } = new URL(text);
  return username === '' && password === '' ? undefined : 'must not carry a user name or password';
}
