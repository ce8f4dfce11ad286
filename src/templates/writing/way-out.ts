import { type Component, componentsIn, textIn } from './template-draft.js';

/** Words by which people are told how to stop, in the languages of the confirmations. */
const WAY_OUT =
  /\b(stop|unsubscribe|opt[ -]?out|sair|parar|cancelar|baja|abmelden|désabonner|desabonner|arret|arrêt|annulla|cancella|berhenti)\b/i;

/** Whether a footer, a button or the body names a way to stop. */
export function namesWayOut(components: readonly Component[]): boolean {
  return components.some((component) =>
    [component, ...componentsIn(component['buttons'])].some(({ text }) => WAY_OUT.test(textIn(text))),
  );
}
