export interface Saving<T> {
  /** What the person has changed and the server does not know yet. */
  unsaved: Partial<T>;
  kind: 'saved' | 'waiting' | 'saving' | 'failed';
  error: unknown;
  /** The server's time of the last save; undefined: nothing has been saved yet. */
  savedAt: number | undefined;
}

const PAUSE_MS = 800;

/**
 * Saves what is changed a moment after the last key, one call at a time. What could not be saved stays, and goes with the
 * next call.
 */
export class Autosave<T extends object> {
  #state: Saving<T> = { unsaved: {}, kind: 'saved', error: undefined, savedAt: undefined };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly save: (changes: Partial<T>) => Promise<void>,
    private readonly now: () => number,
  ) {}

  readonly state = (): Saving<T> => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly change = (changes: Partial<T>): void => {
    this.#become({ unsaved: { ...this.#state.unsaved, ...changes }, kind: 'waiting' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  };

  /** Forgets what is not saved: somebody else's version is taken instead. */
  readonly drop = (): void => {
    clearTimeout(this.#timer);
    this.#become({ unsaved: {}, kind: 'saved', error: undefined });
  };

  /** Saves now. False: something is still not saved. */
  readonly flush = async (): Promise<boolean> => {
    clearTimeout(this.#timer);
    while (this.#running !== undefined) await this.#running;
    if (this.isSaved) return true;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
    return this.isSaved;
  };

  get isSaved(): boolean {
    return Object.keys(this.#state.unsaved).length === 0;
  }

  async #run(): Promise<void> {
    const sent = this.#state.unsaved;
    this.#become({ kind: 'saving' });
    try {
      await this.save(sent);
      const left = without(this.#state.unsaved, sent);
      const isDone = Object.keys(left).length === 0;
      this.#become({
        unsaved: left,
        kind: isDone ? 'saved' : 'waiting',
        error: undefined,
        savedAt: this.now(),
      });
    } catch (error) {
      this.#become({ kind: 'failed', error });
    }
  }

  #become(changes: Partial<Saving<T>>): void {
    this.#state = { ...this.#state, ...changes };
    this.#listeners.forEach((listener) => {
      listener();
    });
  }
}

/** What was changed again while it was on its way stays unsaved. */
function without<T extends object>(unsaved: Partial<T>, sent: Partial<T>): Partial<T> {
  const names = Object.keys(unsaved) as (keyof T)[];
  const left = names.filter((name) => unsaved[name] !== sent[name]).map((name) => [name, unsaved[name]]);
  return Object.fromEntries(left) as Partial<T>;
}
