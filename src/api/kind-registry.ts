import type { Kind } from "./kind.ts";
import { apiVersionOf } from "./kinds.ts";

/** The kinds that one API server serves: the table's, and those that CustomResourceDefinitions add while it runs. */
export class KindRegistry {
  readonly #byResource = new Map<string, Kind>();
  readonly #byKind = new Map<string, Kind>();
  readonly #byGroupVersion = new Map<string, Kind[]>();
  #generation = 0;
  #all: readonly Kind[] | undefined;

  constructor(kinds: Iterable<Kind>) {
    for (const kind of kinds) this.add(kind);
  }

  /** Counts changes: what is derived from all kinds (discovery, OpenAPI) is made anew when it has moved. */
  get generation(): number {
    return this.#generation;
  }

  get all(): readonly Kind[] {
    return (this.#all ??= [...this.#byResource.values()]);
  }

  /** Adds a kind or takes the place of the one with its group, version and resource. */
  add(kind: Kind): void {
    this.remove(kind);
    this.#byResource.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
    // A resource that is only computed (a binding, a review) may share its kind with one that is kept.
    const name = `${kind.group}/${kind.version}/${kind.kind}`;
    if (!this.#byKind.has(name)) this.#byKind.set(name, kind);
    const groupVersion = apiVersionOf(kind);
    this.#byGroupVersion.set(groupVersion, [...(this.#byGroupVersion.get(groupVersion) ?? []), kind]);
    this.#changed();
  }

  remove(kind: Pick<Kind, "group" | "version" | "plural">): void {
    const key = `${kind.group}/${kind.version}/${kind.plural}`;
    const known = this.#byResource.get(key);
    if (known === undefined) return;
    this.#byResource.delete(key);
    const name = `${known.group}/${known.version}/${known.kind}`;
    if (this.#byKind.get(name) === known) this.#byKind.delete(name);
    const groupVersion = apiVersionOf(known);
    const rest = (this.#byGroupVersion.get(groupVersion) ?? []).filter((k) => k !== known);
    if (rest.length > 0) this.#byGroupVersion.set(groupVersion, rest);
    else this.#byGroupVersion.delete(groupVersion);
    this.#changed();
  }

  kindOf(group: string, version: string, plural: string): Kind | undefined {
    return this.#byResource.get(`${group}/${version}/${plural}`);
  }

  kindByGVK(group: string, version: string, kind: string): Kind | undefined {
    return this.#byKind.get(`${group}/${version}/${kind}`);
  }

  /** Kinds of `v1` or `apps/v1`; empty for a group-version that is not served. */
  resourcesOf(groupVersion: string): readonly Kind[] {
    return this.#byGroupVersion.get(groupVersion) ?? [];
  }

  #changed(): void {
    this.#generation++;
    this.#all = undefined;
  }
}
