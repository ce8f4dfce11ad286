export default function P(_: { importId?: string | undefined; id?: string }) {
  return null;
}
