import { cel, type CelEnvironment, type CelProgram, type CelType } from "../../machinery/index.ts";

/** Which variables an expression of admission has besides object, oldObject, request and namespaceObject. */
export interface Declared {
  readonly params: boolean;
  readonly authorizer: boolean;
  /** `Object{...}` and `JSONPatch{...}`: mutations. */
  readonly patch?: true;
}

export type Compiled = { readonly program: CelProgram } | { readonly error: string };

/** What an expression must give; undefined: whatever it likes. A name as CEL prints types: `bool`, `list(JSONPatch)`. */
type Wanted = readonly string[] | undefined;

export const BOOL: Wanted = ["bool"];
export const TEXT: Wanted = ["string"];
export const TEXT_OR_NULL: Wanted = ["string", "null_type"];

/**
 * Compiles the expressions of one policy or webhook: variables first, in their order, for each may use those before it
 * (k8s: admission/plugin/cel compile.go, composition.go). CEL must be loaded.
 */
export class ExpressionCompiler {
  /** Types of `object` and `params` where a schema says them; dynamic otherwise. */
  readonly #types: { readonly object?: CelType; readonly params?: CelType };
  #variables: Record<string, CelType> | undefined;

  constructor(types: { readonly object?: CelType; readonly params?: CelType } = {}) {
    this.#types = types;
  }

  variable(name: string, source: string, declared: Declared): Compiled {
    this.#variables ??= {};
    const compiled = this.compile(source, undefined, declared);
    this.#variables[name] = "program" in compiled ? plain(compiled.program.type) : cel().DYN;
    return compiled;
  }

  compile(source: string, wanted: Wanted, declared: Declared): Compiled {
    const compiled = cel().compile(source, this.#environment(declared));
    if ("error" in compiled) return { error: `compilation failed: ${compiled.error}` };
    const given = typeText(compiled.program.type);
    if (wanted === undefined || wanted.includes(given)) return compiled;
    const one = wanted.length === 1 ? wanted[0] : `one of [${wanted.join(" ")}]`;
    return { error: `must evaluate to ${one} but got ${given}` };
  }

  /** Why it does not compile, in CEL's words alone. */
  problem(source: string, declared: Declared): string | undefined {
    const compiled = cel().compile(source, this.#environment(declared));
    return "error" in compiled ? compiled.error : undefined;
  }

  #environment(declared: Declared): CelEnvironment {
    const { DYN, environment, objectOf, opaque } = cel();
    const { object = DYN, params = DYN } = this.#types;
    return environment(
      {
        object,
        oldObject: object,
        namespaceObject: namespaceType(),
        request: requestType(),
        ...(declared.params ? { params } : {}),
        ...(declared.authorizer
          ? {
              authorizer: opaque("kubernetes.authorization.Authorizer"),
              "authorizer.requestResource": opaque("kubernetes.authorization.ResourceCheck"),
            }
          : {}),
        ...(this.#variables ? { variables: objectOf("kubernetes.variables", { ...this.#variables }) } : {}),
      },
      declared.patch ? patchType : undefined,
    );
  }
}

/** Variables keep their simple types; what Kubernetes' libraries add is dynamic in them. */
const plain = (type: CelType): CelType => (type.kind === "opaque" || type.kind === "object" || type.kind === "type" ? cel().DYN : type);

/** As cel-go's Type.String prints it. */
const typeText = (type: CelType): string =>
  type.params.length === 0 ? type.name : `${type.name}(${type.params.map(typeText).join(", ")})`;

/** `Object`, `Object.spec.template` and the like have any field (k8s: cel/mutation DynamicTypeResolver). */
function patchType(name: string): CelType | undefined {
  const { DYN, objectOf, STRING } = cel();
  if (name === "JSONPatch") return objectOf(name, { op: STRING, path: STRING, from: STRING, value: DYN });
  return name === "Object" || name.startsWith("Object.") ? objectOf(name, {}, DYN) : undefined;
}

/** k8s: BuildRequestType. */
function requestType(): CelType {
  const { BOOL: bool, DYN, listOf, mapOf, objectOf, STRING } = cel();
  const version = { group: STRING, version: STRING };
  const kind = objectOf("kubernetes.GroupVersionKind", { ...version, kind: STRING });
  const resource = objectOf("kubernetes.GroupVersionResource", { ...version, resource: STRING });
  const texts = listOf(STRING);
  return objectOf("kubernetes.AdmissionRequest", {
    kind,
    resource,
    subResource: STRING,
    requestKind: kind,
    requestResource: resource,
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: objectOf("kubernetes.UserInfo", { username: STRING, uid: STRING, groups: texts, extra: mapOf(STRING, texts) }),
    dryRun: bool,
    options: DYN,
  });
}

/** k8s: BuildNamespaceType. */
function namespaceType(): CelType {
  const { INT, listOf, mapOf, objectOf, STRING, TIMESTAMP } = cel();
  const texts = mapOf(STRING, STRING);
  const condition = { status: STRING, type: STRING, lastTransitionTime: TIMESTAMP, message: STRING, reason: STRING };
  return objectOf("kubernetes.Namespace", {
    metadata: objectOf("kubernetes.NamespaceMetadata", {
      name: STRING,
      generateName: STRING,
      namespace: STRING,
      labels: texts,
      annotations: texts,
      UID: STRING,
      creationTimestamp: TIMESTAMP,
      deletionGracePeriodSeconds: INT,
      deletionTimestamp: TIMESTAMP,
      generation: INT,
      resourceVersion: STRING,
      finalizers: listOf(STRING),
    }),
    spec: objectOf("kubernetes.NamespaceSpec", { finalizers: listOf(STRING) }),
    status: objectOf("kubernetes.NamespaceStatus", {
      conditions: listOf(objectOf("kubernetes.NamespaceCondition", condition)),
      phase: STRING,
    }),
  });
}
