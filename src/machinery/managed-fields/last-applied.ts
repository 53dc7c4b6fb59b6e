import { goJson } from "../fields.ts";
import type { Conflict } from "./apply.ts";
import { compareFields } from "./compare.ts";
import { conformErrors } from "./conform.ts";
import type { FieldSet } from "./field-nodes.ts";
import { difference, isEmpty } from "./field-set.ts";
import { type FieldType, isPlain, type Plain } from "./field-type.ts";
import { setOf } from "./set-of.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
/** All annotations together, in characters. */
const MAX_ANNOTATIONS = 256 * 1024;

const annotationsOf = (object: Plain): Plain | undefined => {
  const { annotations } = isPlain(object["metadata"]) ? object["metadata"] : {};
  return isPlain(annotations) ? annotations : undefined;
};

/** What `kubectl apply` set from the client's side and is still as it set it; undefined when that cannot be known (k8s: allowedConflictsFromLastApplied). */
export function lastAppliedFields(live: Plain, type: FieldType, apiVersion: string): FieldSet | undefined {
  const text = annotationsOf(live)?.[ANNOTATION];
  if (typeof text !== "string" || text === "") return undefined;
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isPlain(applied) || applied["apiVersion"] !== apiVersion || conformErrors(applied, type).length > 0) return undefined;
  const { touched, removed } = compareFields(applied, live, type);
  return difference(difference(setOf(applied, type), touched), removed);
}

export function conflictsWithout(conflicts: readonly Conflict[], fields: FieldSet): readonly Conflict[] {
  return conflicts.map((c) => ({ ...c, fields: difference(c.fields, fields) })).filter((c) => !isEmpty(c.fields));
}

/** The object with its last-applied annotation, where it has one, saying `config` (k8s: lastAppliedUpdater). */
export function withLastApplied(object: Plain, config: Plain): Plain {
  const annotations = annotationsOf(object);
  if (!annotations?.[ANNOTATION]) return object;
  const text = `${goJson(sortedKeys(withoutAnnotation(config)))}\n`;
  if (annotations[ANNOTATION] === text) return object;
  const next: Record<string, unknown> = { ...annotations, [ANNOTATION]: text };
  if (Object.entries(next).reduce((size, [key, value]) => size + key.length + String(value).length, 0) > MAX_ANNOTATIONS)
    delete next[ANNOTATION];
  return { ...object, metadata: { ...(object["metadata"] as Plain), annotations: next } };
}

function withoutAnnotation(config: Plain): Plain {
  const annotations = annotationsOf(config);
  if (annotations?.[ANNOTATION] === undefined) return config;
  const { [ANNOTATION]: _, ...rest } = annotations;
  return { ...config, metadata: { ...(config["metadata"] as Plain), annotations: rest } };
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key])]),
  );
}
