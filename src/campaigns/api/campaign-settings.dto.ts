import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { CAMPAIGN_FIELDS, type CampaignField, type SettingName } from '../campaign/campaign-fields.js';

interface Differences {
  /** The setting, where the API has another name for it. */
  setting?: SettingName;
  example?: unknown;
  description?: string;
  default?: number;
}

/** A setting in a request, with its rules. */
export function Given(own: Differences = {}): PropertyDecorator {
  return decorated(own, (field) => {
    const { required, nullable = false, inRequests, description = inRequests, kind } = field;
    const common = {
      optional: required !== true,
      nullable,
      ...(description === undefined ? {} : { description }),
      ...(field.example === undefined ? {} : { example: field.example }),
    };
    switch (kind) {
      case 'text': {
        const { min, max, pattern, hint } = field;
        return Text({
          ...common,
          max,
          ...(min === undefined ? {} : { min }),
          ...(pattern === undefined ? {} : { pattern }),
          ...(hint === undefined ? {} : { hint }),
        });
      }
      case 'integer': {
        const { min, max, default: fallback = own.default } = field;
        return Integer({ ...common, min, max, ...(fallback === undefined ? {} : { default: fallback }) });
      }
      case 'flag':
        return Flag({ ...common, default: field.default });
      case 'choice':
        return OneOf(field.values, { ...common, default: field.default });
      case 'tags':
        return TextList({ ...common, maxItems: field.maxItems, maxLength: field.maxLength });
      case 'object':
        return JsonObject(common);
      case 'instant':
        return Instant(common);
      case 'uuid':
        return Uuid(common);
      case 'components':
        throw new TypeError('the Marketing API has a decorator of its own for components');
    }
  });
}

/** A setting in an answer. */
export function Shown(own: Differences = {}): PropertyDecorator {
  return decorated(own, (field) => {
    const { nullable = false, description, kind } = field;
    const example = kind === 'integer' ? (field.example ?? field.default) : field.example;
    const common = {
      nullable,
      ...(description === undefined ? {} : { description }),
      ...(example === undefined ? {} : { example }),
    };
    switch (kind) {
      case 'text':
        return Text(common);
      case 'integer':
        return Integer(common);
      case 'flag':
        return Flag(common);
      case 'choice':
        return OneOf(field.values, common);
      case 'tags':
        return TextList(common);
      case 'object':
        return JsonObject(common);
      case 'instant':
        return Instant(common);
      case 'uuid':
        return Uuid(common);
      case 'components':
        throw new TypeError('the Marketing API has a decorator of its own for components');
    }
  });
}

/** The property has the name of its setting, in camelCase or in snake_case. */
function decorated(
  { setting, example, description }: Differences,
  decoratorOf: (field: CampaignField) => PropertyDecorator,
): PropertyDecorator {
  return (prototype, property) => {
    const name = setting ?? String(property).replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    if (!isSetting(name)) throw new TypeError(`a campaign has no setting ${name}`);
    const field: CampaignField = {
      ...CAMPAIGN_FIELDS[name],
      ...(example === undefined ? {} : { example }),
      ...(description === undefined ? {} : { description }),
    };
    decoratorOf(field)(prototype, property);
  };
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(CAMPAIGN_FIELDS, name);
}
