import { messagesOf, type FieldError } from '../../lib/problem.ts';

/** What was said of each control that a form shows, and the rest, which belongs above the form. */
export function errorsOfFields(
  errors: readonly FieldError[],
  fields: readonly string[],
): { atFields: Record<string, string>; rest: string[] } {
  const rooted: FieldError[] = [];
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const root = fields.find((known) => field === known || field.startsWith(`${known}.`));
    if (root === undefined) rest.push(message.startsWith(field) ? message : `${field}: ${message}`);
    else rooted.push({ field: root, message: message.replace(field, root) });
  }
  return { atFields: messagesOf(rooted), rest };
}
