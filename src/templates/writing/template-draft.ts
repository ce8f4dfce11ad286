export const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION'] as const;
export const PARAMETER_FORMATS = ['POSITIONAL', 'NAMED'] as const;

export type Component = Record<string, unknown>;

/** A template as it is to be submitted to Meta's review. */
export interface TemplateDraft {
  name: string;
  language: string;
  category: (typeof CATEGORIES)[number];
  /** Undefined: as its variables say. */
  parameterFormat?: (typeof PARAMETER_FORMATS)[number] | undefined;
  components: Component[];
}

export const isComponent = (value: unknown): value is Component =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const componentsIn = (value: unknown): Component[] =>
  Array.isArray(value) ? value.map((item) => (isComponent(item) ? item : {})) : [];
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
export const typeOf = ({ type }: Component): string => textIn(type).toUpperCase();
