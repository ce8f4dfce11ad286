import { randomInt } from 'node:crypto';
import { parseScenario } from './parse-scenario.js';
import { CALM_DAY, type ErrorRule, type HeldRule, type Scenario } from './scenario.js';
import { TargetMatch } from './target-match.js';

export interface Trouble<Rule> {
  rule: Rule;
  match: TargetMatch;
}

export interface ReaderRates {
  read: number;
  click: number;
  reply: number;
}

/** A scenario ready for use: rules with their counters, and a seed even if none was set. */
export class Script {
  readonly errors: Trouble<ErrorRule>[];
  readonly held: Trouble<HeldRule> | undefined;
  readonly dropConnection: TargetMatch | undefined;
  readonly dropBeforeAccepting: TargetMatch | undefined;
  readonly seed: number;

  constructor(readonly scenario: Scenario) {
    this.errors = scenario.errors.map((rule) => ({ rule, match: new TargetMatch(rule) }));
    this.held =
      scenario.held === null ? undefined : { rule: scenario.held, match: new TargetMatch(scenario.held) };
    this.dropConnection =
      scenario.dropConnection === null ? undefined : new TargetMatch(scenario.dropConnection);
    this.dropBeforeAccepting =
      scenario.dropBeforeAccepting === null ? undefined : new TargetMatch(scenario.dropBeforeAccepting);
    this.seed = scenario.seed ?? randomInt(2 ** 31);
  }

  /** How readers behave who are sent this template now. */
  readersOf(template: string | undefined, now: Date): ReaderRates {
    const { rates, templateRates } = this.scenario;
    const hour = now.getUTCHours();
    const rule = templateRates.find(
      (one) => one.template === template && (one.hours.length === 0 || one.hours.includes(hour)),
    );
    return { read: rule?.read ?? rates.read, click: rule?.click ?? 0, reply: rule?.reply ?? rates.reply };
  }
}

/** The scenario in force. Messages already accepted keep the one they were accepted under. */
export class ScenarioBook {
  private currentScript: Script;

  constructor(private readonly initial: Scenario = CALM_DAY) {
    this.currentScript = new Script(initial);
  }

  get script(): Script {
    return this.currentScript;
  }

  get current(): Scenario {
    return this.currentScript.scenario;
  }

  /** Replaces the whole scenario; only the webhook URL from the start stays unless another is given. */
  replace(given: unknown): Scenario {
    return this.use(parseScenario(this.initial, given));
  }

  change(given: unknown): Scenario {
    return this.use(parseScenario(this.current, given));
  }

  reset(): Scenario {
    return this.use(this.initial);
  }

  private use(scenario: Scenario): Scenario {
    this.currentScript = new Script(scenario);
    return scenario;
  }
}
