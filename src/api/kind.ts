import type { FieldError, FieldType } from "../machinery/index.ts";
import type { StructureErrors } from "./decode.ts";
import type { KubeObject } from "./meta.ts";

/** A printer column of `kubectl get` (k8s: printers/internalversion). */
export interface Column<T> {
  readonly name: string;
  readonly type?: "string" | "integer" | "date" | "boolean" | "number";
  readonly format?: string;
  readonly description: string;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
  /** Of a custom column; above 0 is wide. */
  readonly priority?: number;
  cell(object: T, now: number): string | number | boolean | null;
}

/** What validation may look at besides the object. */
export interface ValidationContext<T = KubeObject> {
  readonly namespace: string;
  /** On an update, what is there: some rules hold for new values only. */
  readonly old?: T;
  /** The version in which it came, where a kind has several. */
  readonly requested?: { readonly group: string; readonly version: string };
  /** Virtual milliseconds. */
  readonly now: number;
  /** On a create, of the namespace that it is to be in. */
  readonly namespaceLabels?: () => Readonly<Record<string, string>> | undefined;
}

/**
 * The types of a kind that is ours and not Kubernetes', by name: the kind itself and what only it reaches. A field's type
 * is a scalar of structure.ts, a type of this schema, a full OpenAPI name, or `[]T` and `{}T` of these. `metadata`,
 * `apiVersion` and `kind` go without saying.
 */
export type OwnSchema = Readonly<
  Record<
    string,
    {
      readonly description: string;
      readonly fields: Readonly<
        Record<
          string,
          {
            readonly type: string;
            readonly description: string;
            readonly required?: true;
            readonly default?: unknown;
            readonly enum?: readonly string[];
          }
        >
      >;
    }
  >
>;

/** A subresource that changes a part of the object by rules of its own. */
export interface Door<T extends KubeObject> {
  /** The stored object with what of the given one this door takes. */
  prepare(object: T, old: T, now: number): T;
  /** What may not change; the whole object is validated besides. */
  validate(object: T, old: T): readonly FieldError[];
}

/**
 * One row of the kind table: everything the API server needs to serve a kind. All functions are pure and return
 * their argument itself when there is nothing to change (objects are shared by reference and often frozen).
 */
export interface Kind<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource: lower-case plural. */
  readonly plural: string;
  readonly singular: string;
  /** Of a list of it; absent: the kind with `List`. */
  readonly listKind?: string;
  /** Its definition is being deleted: nothing new may be made. */
  readonly terminating?: true;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** Subresources besides the ones that code elsewhere adds: "status", "scale", ... */
  readonly subresources?: readonly string[];
  /** What is said to who asks for a verb that there will be one day: one that is not in `verbs`, any when that is absent. */
  readonly notSimulated?: string;
  /** Verbs in discovery; all eight when absent. */
  readonly verbs?: readonly string[];
  /** What OpenAPI says of a kind of our own; Kubernetes' kinds have theirs from its declarations. */
  readonly schema?: OwnSchema;
  /** Computed by the API server (src/apiserver/virtual), never stored: reviews, bindings. */
  readonly virtual?: true;
  /** Another API server has it (an APIService with a Service): this row is for discovery, requests are passed on. */
  readonly remote?: true;
  /** A custom resource: decoded by its own schema, no strategic merge patch, kept under its group's name. */
  readonly custom?: true;
  /**
   * Another version of a stored kind: objects are decoded and defaulted as this one, kept (validated, admitted, watched,
   * selected) as `kind`'s, and converted on the way out.
   */
  readonly storedAs?: {
    readonly kind: Kind;
    to(object: T): KubeObject;
    from(stored: KubeObject): T;
  };
  /** Strict decoding where the structure is not a generated one; see `structureErrors`. */
  decode?(object: T): StructureErrors<T>;
  /** What every request about it is warned of. */
  readonly deprecated?: string;
  /** What ownership of fields must know of it, where the structure is not a generated one; see `fieldTypeOf`. */
  readonly fieldType?: FieldType;
  /** What names must look like, or what is wrong with one; default DNS-1123 subdomain. */
  readonly nameFormat?: "subdomain" | "label" | "dns1035" | "path-segment" | ((name: string) => readonly string[]);
  defaults?(object: T): T;
  /** Code that `validate` needs and that is a chunk of its own; loaded before the first object is written. */
  readonly code?: () => Promise<unknown>;
  validate(object: T, context: ValidationContext<T>): readonly FieldError[];
  /** Immutable fields and update rules; runs besides `validate` on the new object. */
  validateUpdate?(object: T, old: T, context: ValidationContext<T>): readonly FieldError[];
  /** On an update, what is wrong with the object is told before what may not change. */
  readonly rulesLast?: true;
  validateStatusUpdate?(object: T, old: T): readonly FieldError[];
  /** Clears what a creator may not set, and sets what the strategy does (k8s: registry/<group>/<kind>/strategy.go). */
  prepareForCreate?(object: T, now: number): T;
  /** As for create; `generation` is handled by the API server from a change of anything but metadata and status. */
  prepareForUpdate?(object: T, old: T): T;
  prepareForStatusUpdate?(object: T, old: T, now: number): T;
  /** The first request to delete it. */
  prepareForDelete?(object: T, now: number): T;
  /** Subresources besides status that change a part of the object, by name. */
  readonly doors?: Readonly<Record<string, Door<T>>>;
  /** The status subresource takes labels and annotations too: its strategy puts back the spec alone. */
  readonly statusKeepsMetadata?: boolean;
  /** Whether `metadata.generation` counts spec changes. */
  readonly generation?: boolean;
  /** Fields besides metadata.name and metadata.namespace that field selectors may name. */
  fields?(object: T): Readonly<Record<string, string>>;
  readonly selectableFields?: readonly string[];
  /** How a field selector with any other field is refused, where a kind has its own words for it. */
  fieldRefusal?(label: string): string;
  /**
   * Beside what is stored there is what the simulator knows without (`ServerOptions.observed`): it is read with it, and
   * who would write it is told this.
   */
  readonly catalogue?: string;
  /** What is only observed: filled in when an object is read, never stored (law 6). `now` in virtual milliseconds. */
  observe?(object: T, now: number): T;
  /** Seconds between the delete request and the end, for graceful deletion; undefined: at once (k8s: CheckGracefulDelete). */
  gracefulDeletion?(object: T, requested: number | undefined): number | undefined;
  /** A deletion is answered with the object in place of a Status (k8s: ReturnDeletedObject). */
  readonly returnsDeleted?: true;
  /** Propagation when a delete names none; "background" when absent. */
  readonly defaultPropagation?: "orphan" | "background";
  /** What a delete that names no propagation is warned of. */
  readonly orphanWarning?: string;
  /** "none": NAME is not the first column (events show theirs last). Absent: it is. */
  readonly nameColumn?: "none";
  /** What NAME shows, where it is more than the name. */
  displayName?(object: T): string;
  /** In which order a table lists; that of their names when absent. */
  rowOrder?(a: T, b: T): number;
  /** Columns after NAME. */
  readonly columns: readonly Column<T>[];
  /** scale subresource: which fields it reads and writes. */
  readonly scale?: {
    /** Where replicas are wanted; spec.replicas when absent. */
    readonly path?: readonly string[];
    replicas(object: T): number;
    withReplicas(object: T, replicas: number): T;
    statusReplicas(object: T): number;
    selector(object: T): string;
    /** Why there is nothing to read. */
    missing?(object: T): string | undefined;
  };
  /** Warnings for a create or update (k8s: api/<kind>/warnings.go). */
  warnings?(object: T, old: T | undefined): readonly string[];
}
