import type { Column, Kind, KubeObject, List } from "../api/index.ts";
import type { WatchEvent } from "../api/index.ts";

/** meta.k8s.io/v1 Table: what `kubectl get` prints. */
export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: object;
  readonly columnDefinitions: readonly object[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: object | null }[];
}

export type IncludeObject = "None" | "Metadata" | "Object";

/** An object or a list as a table. Column definitions are left out of later watch events (`definitions` false). */
export function toTable(kind: Kind, value: KubeObject | List<KubeObject>, now: number, include: IncludeObject, definitions = true): Table {
  const items = "items" in value ? (kind.rowOrder ? value.items.toSorted((a, b) => kind.rowOrder?.(a, b) ?? 0) : value.items) : [value];
  const { resourceVersion, ...paging } = (value.metadata ?? {}) as {
    resourceVersion?: string;
    continue?: string;
    remainingItemCount?: number;
  };
  const metadata = "items" in value ? { resourceVersion: resourceVersion ?? "", ...paging } : { resourceVersion: resourceVersion ?? "" };
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: definitions ? columnDefinitions(kind) : [],
    rows: items.map((object) => ({
      cells: [
        ...(kind.nameColumn === "none" ? [] : [kind.displayName?.(object) ?? object.metadata?.name ?? ""]),
        ...kind.columns.map((c) => c.cell(object, now)),
      ],
      object: include === "Object" ? object : include === "None" ? null : partialMetadata(object),
    })),
  };
}

export function toTableEvent(kind: Kind, event: WatchEvent, now: number, include: IncludeObject, definitions: boolean): WatchEvent {
  if (event.type === "ERROR" || event.type === "BOOKMARK")
    return event.type === "ERROR"
      ? event
      : { ...event, object: { ...toTable(kind, { metadata: event.object.metadata ?? {}, items: [] }, now, include, definitions) } };
  return { type: event.type, object: toTable(kind, event.object, now, include, definitions) };
}

const definitionsOf = new WeakMap<Kind, readonly object[]>();

function columnDefinitions(kind: Kind): readonly object[] {
  let found = definitionsOf.get(kind);
  if (!found) {
    const name = { name: "Name", type: "string", format: "name", description: NAME, priority: 0 };
    definitionsOf.set(
      kind,
      (found = [...(kind.nameColumn === "none" ? [] : [name]), ...kind.columns.map((c) => definition(c as Column<KubeObject>))]),
    );
  }
  return found;
}

function definition(column: Column<KubeObject>): object {
  const { name, type = "string", format = "", description, wide, priority = wide ? 1 : 0 } = column;
  return { name, type, format, description, priority };
}

const NAME =
  "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

export function partialMetadata(object: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata ?? {} };
}
