import type { Business } from '../business.js';
import {
  jsonParam,
  selectFields,
  type GraphCall,
  type Handlers,
  type NodeKind,
} from '../graph/graph-call.js';
import { GraphError, invalidParameter, missingParameter } from '../graph/graph-error.js';
import { pageOf } from '../graph/paging.js';
import { asText, isObject, isText, type JsonObject } from '../json.js';
import { namedParameters, readNewTemplate } from './new-template.js';
import type { MediaShelf } from '../media/media-shelf.js';
import type { TemplateLimits } from './template-limits.js';
import { checkParts } from './template-parts.js';
import type { TemplateReview } from './template-review.js';
import type { TemplateShelf } from './template-shelf.js';
import { TEMPLATE_CATEGORIES, type Template } from './template.js';

const DEFAULT_FIELDS = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'id'];
const BAD_CURSOR = 131059;
const EDITABLE = new Set(['APPROVED', 'REJECTED', 'PAUSED']);

export interface TemplateOffice {
  templates: TemplateShelf;
  review: TemplateReview;
  templateLimits: TemplateLimits;
  media: MediaShelf;
}

/** One template in one language. */
export function templateKind(office: TemplateOffice): NodeKind<Template> {
  const { templates: shelf, review } = office;
  return {
    type: 'WhatsAppBusinessHSM',
    isManaged: true,
    find: (id) => shelf.get(id),
    self: {
      GET: (template, { params }) => show(template, params.fields),
      POST: (template, { params }) => {
        edit(office, template, params);
        return { success: true };
      },
    },
    edges: {
      unpause: {
        POST: (template) => {
          if (template.status !== 'PAUSED')
            throw new GraphError(100, 'Only a paused template can be unpaused');
          review.move(template, 'APPROVED', 'UNPAUSED');
          return { success: true };
        },
      },
    },
  };
}

/** The edge `message_templates` of the account. */
export function templatesEdge(office: TemplateOffice): Handlers<Business> {
  const { templates: shelf, review, templateLimits, media } = office;
  return {
    GET: (_, call) =>
      pageOf(filtered(shelf.all(), call), call, (template) => show(template, call.params.fields), BAD_CURSOR),
    POST: (_, { params }) => {
      const template = readNewTemplate(params, shelf.newId(), (handle) => media.typeOf(handle));
      if (shelf.find(template.name, template.language) !== undefined) {
        throw new GraphError(100, `There is already ${template.language} content for this template`, {
          subcode: 2388024,
        });
      }
      templateLimits.checkName(template.name, template.language);
      templateLimits.countCreation();
      shelf.put(template);
      review.submit(template);
      return { id: template.id, status: template.status, category: template.category };
    },
    DELETE: (_, { params }) => {
      const doomed = toDelete(shelf, params);
      if (doomed.length === 0)
        throw new GraphError(100, 'Message template was not found', { subcode: 2593002 });
      for (const template of doomed) {
        templateLimits.noteDeletion(template);
        shelf.remove(template);
      }
      return { success: true };
    },
  };
}

function toDelete(shelf: TemplateShelf, { name, hsm_id: hsmId }: JsonObject): Template[] {
  if (!isText(name)) throw missingParameter('name');
  const id = asText(hsmId);
  return shelf.named(name).filter((template) => id === undefined || template.id === id);
}

function edit(
  { templates: shelf, review, templateLimits, media }: TemplateOffice,
  template: Template,
  params: JsonObject,
): void {
  if (!EDITABLE.has(template.status))
    throw new GraphError(100, `A template that is ${template.status} cannot be edited`);
  const components = jsonParam(params, 'components');
  const ttl = params.message_send_ttl_seconds;
  const category = TEMPLATE_CATEGORIES.find((one) => one === params.category);
  if (components !== undefined) {
    if (!Array.isArray(components) || !components.every(isObject))
      throw invalidParameter('components must be a list of objects');
    checkParts(components, category ?? template.category, (handle) => media.typeOf(handle));
    templateLimits.countEdit(template);
  }
  if (category !== undefined && category !== template.category) {
    if (template.status === 'APPROVED')
      throw new GraphError(100, 'The category of an approved template cannot be changed', {
        subcode: 2388029,
      });
    template.category = category;
  }
  if (ttl !== undefined) template.messageSendTtlSeconds = Number(asText(ttl));
  if (components === undefined) return;
  template.components = components;
  template.parameterFormat = namedParameters(template.components) ? 'NAMED' : 'POSITIONAL';
  template.status = 'PENDING';
  shelf.put(template);
  review.submit(template);
}

function filtered(templates: Template[], { params }: GraphCall): Template[] {
  const wanted = (name: string) => asText(params[name])?.toUpperCase();
  const [status, category, language, name] = ['status', 'category', 'language', 'name'].map(wanted);
  return templates.filter(
    (template) =>
      (status === undefined || template.status === status) &&
      (category === undefined || template.category === category) &&
      (language === undefined || template.language.toUpperCase() === language) &&
      (name === undefined || template.name.toUpperCase().includes(name)),
  );
}

function show(template: Template, fields: unknown): JsonObject {
  const node = {
    id: template.id,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    previous_category: undefined,
    correct_category: undefined,
    sub_category: undefined,
    parameter_format: template.parameterFormat,
    components: template.components,
    quality_score: { score: template.quality, date: 1_758_754_645 },
    rejected_reason: template.rejectedReason,
    message_send_ttl_seconds: template.messageSendTtlSeconds,
    cta_url_link_tracking_opted_out: undefined,
    degrees_of_freedom_spec: undefined,
    health_status: {
      can_send_message: template.status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED',
      entities: [
        {
          entity_type: 'MESSAGE_TEMPLATE',
          id: template.id,
          can_send_message: template.status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED',
        },
      ],
    },
  };
  return selectFields(node, 'WhatsAppBusinessHSM', fields, DEFAULT_FIELDS);
}
