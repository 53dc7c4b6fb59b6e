import { failure } from "../../machinery/index.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "../generated/types.ts";
import type { KubeObject } from "../meta.ts";
import { schemaOf } from "./definition/versions.ts";
import type { Schema } from "./schema/schema.ts";
import { withDefaults } from "./value/default.ts";
import { prune } from "./value/prune.ts";

export type Custom = KubeObject & { readonly status?: unknown };

interface Converters {
  /** As it is stored. */
  readonly to: (object: Custom) => Custom;
  /** As this version shows what is stored, under whatever version that was. */
  readonly from: (stored: KubeObject) => Custom;
  /** Whether `from` can. */
  readonly knows: (stored: KubeObject) => boolean;
}

/** What is said of a version that only a webhook could make of the stored one: nobody asks webhooks to convert yet. */
export function conversionRefusal({ spec }: CustomResourceDefinition, version: string): string {
  const about = `conversion webhook for ${spec.group}/${version}, Kind=${spec.names.kind}`;
  return `${about}: conversion by webhooks is not simulated yet in Timonel`;
}

/**
 * Conversion strategy None: only apiVersion changes. What is read gets the defaults of the version it was stored in and
 * loses what this version does not know (k8s: crConversionRESTOptionsGetter, conversion/nop_converter.go). Each stored
 * object is converted once. With strategy Webhook what would have to be converted is refused.
 */
export function converters(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  storage: CustomResourceDefinitionVersion,
): Converters {
  const { spec } = crd;
  const byWebhook = spec.conversion?.strategy === "Webhook";
  const apiVersion = (name: string): string => `${spec.group}/${name}`;
  const [mine, stored] = [apiVersion(version.name), apiVersion(storage.name)];
  const schemas = new Map<string, Schema>(spec.versions.map((v) => [apiVersion(v.name), schemaOf(v) ?? {}]));
  const schema = schemaOf(version) ?? {};
  const renamed = (object: Custom, as: string): Custom => {
    if (object.apiVersion === as) return object;
    if (byWebhook) throw failure(501, "NotImplemented", conversionRefusal(crd, version.name));
    return { ...object, apiVersion: as };
  };
  const shown = new WeakMap<object, Custom>();
  return {
    knows: (object) => !byWebhook || object.apiVersion === mine,
    to: (object) => renamed(object, stored),
    from(object) {
      let found = shown.get(object);
      if (found === undefined) {
        const defaulted = withDefaults(object, schemas.get(object.apiVersion ?? ""));
        shown.set(object, (found = prune(renamed(defaulted, mine), schema, true).value));
      }
      return found;
    },
  };
}
