import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "../generated/types.ts";
import type { KubeObject } from "../meta.ts";
import { schemaOf } from "./definition/versions.ts";
import type { Schema } from "./schema/schema.ts";
import { withDefaults } from "./value/default.ts";
import { prune } from "./value/prune.ts";

interface Converters {
  /** As it is stored. */
  readonly to: (object: KubeObject) => KubeObject;
  /** As this version shows what is stored, under whatever version that was. */
  readonly from: (stored: KubeObject) => KubeObject;
}

/**
 * Conversion strategy None: only apiVersion changes. What is read gets the defaults of the version it was stored in and
 * loses what this version does not know (k8s: crConversionRESTOptionsGetter, conversion/nop_converter.go). Each stored
 * object is converted once.
 */
export function converters(
  { spec }: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  storage: CustomResourceDefinitionVersion,
): Converters {
  const apiVersion = (name: string): string => `${spec.group}/${name}`;
  const [mine, stored] = [apiVersion(version.name), apiVersion(storage.name)];
  const schemas = new Map<string, Schema>(spec.versions.map((v) => [apiVersion(v.name), schemaOf(v) ?? {}]));
  const schema = schemaOf(version) ?? {};
  const shown = new WeakMap<object, KubeObject>();
  return {
    to: (object) => (object.apiVersion === stored ? object : { ...object, apiVersion: stored }),
    from(object) {
      let found = shown.get(object);
      if (found === undefined) {
        const defaulted = withDefaults(object, schemas.get(object.apiVersion ?? ""));
        const renamed = defaulted.apiVersion === mine ? defaulted : { ...defaulted, apiVersion: mine };
        shown.set(object, (found = prune(renamed, schema, true).value));
      }
      return found;
    },
  };
}
