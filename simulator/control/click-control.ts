import { DomainError, notFound } from '../../src/rules/errors/domain-error.js';
import { nullable, overlay, readInput, text, whole } from '../input-reader.js';
import { asText, isObject, type JsonObject, listOf } from '../json.js';
import type { SimulatorState } from '../simulator-state.js';

/** A phone on which nothing unusual runs. */
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 ' +
  'Mobile/15E148 Safari/604.1';
const LONGEST_MS = 10_000;

interface Click {
  messageId: string | null;
  button: number;
  agent: string | null;
}

const click = overlay<Click>(
  { messageId: null, button: 0, agent: null },
  { messageId: nullable(text), button: whole(0, 9), agent: nullable(text) },
);

/** A person opens the link of a button: the real address is fetched, as their browser would. */
export async function clickButton(
  { log, templates }: SimulatorState,
  given: unknown,
): Promise<{ url: string; status: number; location: string | null }> {
  const { messageId, button, agent } = readInput(click, given, 'click');
  const message = messageId === null ? undefined : log.find(messageId);
  if (message === undefined) throw notFound('message', messageId ?? 'without an id');
  const url = addressIn(
    message,
    button,
    (name, language) => templates.find(name, language)?.components ?? [],
  );
  if (url === undefined) {
    const detail = `This click cannot be made: button ${button} of the message has no address.`;
    throw new DomainError('invalid', 'invalid_click', detail);
  }
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': agent ?? PHONE },
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    await answer.arrayBuffer();
    return { url, status: answer.status, location: answer.headers.get('location') };
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new DomainError('invalid', 'invalid_click', `${url} cannot be opened: ${why}`);
  }
}

/** The address of the template with the end that the message gave. */
function addressIn(
  { template, language, body }: { template: string | undefined; language: string | undefined; body: unknown },
  button: number,
  componentsOf: (name: string, language: string) => readonly JsonObject[],
): string | undefined {
  if (template === undefined) return undefined;
  const buttons = componentsOf(template, language ?? '').find(
    ({ type }) => asText(type)?.toUpperCase() === 'BUTTONS',
  );
  const url = asText(objectsIn(buttons?.['buttons'])[button]?.['url']);
  const sent = (body as { template?: { components?: unknown } } | undefined)?.template?.components;
  const ofButton = objectsIn(sent).find(
    ({ type, index }) => asText(type)?.toLowerCase() === 'button' && Number(index) === button,
  );
  const end = asText(objectsIn(ofButton?.['parameters'])[0]?.['text']);
  return url?.replace(/\{\{[^{}]*\}\}$/, () => end ?? '');
}

const objectsIn = (value: unknown): JsonObject[] => listOf(value).filter(isObject);
