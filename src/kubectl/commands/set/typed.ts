import { structureErrorsOf, structureNameOf, structureOf, type Shape } from "../../../api/index.ts";
import { CliError } from "../../errors.ts";
import { localTargets } from "../../manifest/local.ts";
import type { Invocation, Resource } from "../../types.ts";
import type { Subject, Visited } from "./change.ts";

/** Groups that are served, but of which kubectl's own scheme has no types. */
const FOREIGN = /^(?:apiextensions\.k8s\.io|apiregistration\.k8s\.io|.*\.timonel\.dev|metrics\.k8s\.io)\//;

/** What Go always writes, though OpenAPI does not ask for it. */
const ZEROS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ServicePort: { targetPort: 0 },
  ClusterRole: { rules: null },
  Role: { rules: null },
  StatefulSetStatus: { availableReplicas: 0 },
  ResourceFieldSelector: { divisor: "0" },
};

/** An object as Go's types hold it and print it again: no unknown fields, canonical quantities, zeros where a field is always written. Throws CliError in the words of the decoder. */
export function decodedObject(object: Resource, source?: string): Resource {
  const undecoded = (why: string): CliError =>
    new CliError(source === undefined ? why : `unable to decode ${JSON.stringify(source)}: ${why}`);
  const name = FOREIGN.test(object.apiVersion) ? undefined : structureNameOf(object);
  if (name === undefined)
    throw undecoded(
      `no kind ${JSON.stringify(object.kind)} is registered for version ${JSON.stringify(object.apiVersion)} in scheme "pkg/scheme/scheme.go:28"`,
    );
  const { typeErrors, pruned } = structureErrorsOf(name, object);
  if (typeErrors[0] !== undefined) throw undecoded(typeErrors[0]);
  return filled(name, pruned as Plain) as Resource;
}

type Plain = Readonly<Record<string, unknown>>;

function filled(name: string, value: Plain): Plain {
  const out: Record<string, unknown> = { ...ZEROS[name.slice(name.lastIndexOf(".") + 1)], ...value };
  for (const field of structureOf(name).fields.values()) {
    const { shape, alwaysThere, required } = field;
    if (out[field.name] === undefined && required && shape.kind === "list") out[field.name] = null;
    else if (out[field.name] !== undefined) out[field.name] = within(shape, out[field.name]);
    else if (alwaysThere && shape.kind === "ref") out[field.name] = filled(shape.name, structureErrorsOf(shape.name, {}).pruned);
  }
  return out;
}

function within(shape: Shape, value: unknown): unknown {
  if (typeof value !== "object" || value === null || shape.kind === "scalar") return value;
  if (shape.kind === "ref") return filled(shape.name, value as Plain);
  if (shape.kind === "list") return (value as readonly unknown[]).map((one) => within(shape.of, one));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, within(shape.of, one)]));
}

/** What -f holds, of kinds that kubectl's own scheme has. */
export async function localObjects(invocation: Invocation): Promise<Visited> {
  const { found: targets, errors } = await localTargets(invocation);
  const inner: unknown[] = errors.map(({ error }) => error);
  const found: Subject[] = [];
  for (const target of targets) {
    try {
      found.push({ target, object: decodedObject(target.object, target.source) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      inner.push(error);
    }
  }
  return { found, inner, errors: [] };
}
