import type { Fault, KubeObject, ResourceTypes } from "../../api/index.ts";
import type { Revision } from "../../etcd/index.ts";
import type { Origin } from "../../sim/index.ts";

/** One write, with what it changed. */
export interface Write<T extends KubeObject = KubeObject> {
  readonly revision: number;
  /** Virtual milliseconds. */
  readonly at: number;
  readonly origin: Origin;
  /** The resource, `deployments`. */
  readonly plural: string;
  readonly key: string;
  /** Undefined: it was created. */
  readonly before: T | undefined;
  /** Undefined: it was deleted. */
  readonly after: T | undefined;
}

interface Version {
  readonly at: number;
  readonly object: KubeObject | undefined;
}

const PREFIX = "/registry/";
/** Faults of these types make components believe what is no longer so. */
const HOLDS: readonly (string | undefined)[] = ["ComponentStop", "ComponentSlow", "WatchLag"];
/** After a fault, components try again what failed meanwhile, some seconds apart. */
const CATCH_UP_MS = 15_000;
const FAULTS = "faults.sim.timonel.dev";
const NONE: ReadonlyMap<string, KubeObject> = new Map();

/** What the store held at each revision of a history, which is replayed into it. */
export class View {
  readonly #byPlural = new Map<string, Map<string, KubeObject>>();
  readonly #byUid = new Map<string, KubeObject>();
  readonly #byOwner = new Map<string, Map<string, KubeObject>>();
  readonly #versions = new Map<string, Version[]>();
  now = 0;
  /** Faults in force that hold components back, with when they began; and when the last of them ended, and had begun. */
  readonly #held = new Map<string, number>();
  #before: { readonly from: number; readonly until: number } | undefined;

  /**
   * How long, in virtual ms, what was true may still be believed. Caches learn of a write in a later turn of the same
   * moment; what a fault holds back may believe what was so before it began, until it has caught up.
   */
  get lag(): number {
    const from = Math.min(this.now, ...this.#held.values());
    const before = this.#before && this.now <= this.#before.until + CATCH_UP_MS ? this.#before.from : this.now;
    return this.now - Math.min(from, before);
  }

  apply(revision: Revision): Write {
    const { key, at, origin } = revision;
    this.now = at;
    const plural = key.slice(PREFIX.length, key.indexOf("/", PREFIX.length));
    const after = revision.value as KubeObject | undefined;
    const before = revision.previous?.value as KubeObject | undefined;
    const versions = this.#versions.get(key);
    if (versions) versions.push({ at, object: after });
    else this.#versions.set(key, [{ at, object: after }]);
    if (before) this.#forget(key, before);
    const named = this.#byPlural.get(plural) ?? new Map<string, KubeObject>();
    this.#byPlural.set(plural, named);
    if (after) {
      named.set(key, after);
      this.#byUid.set(after.metadata?.uid ?? "", after);
      for (const { uid } of after.metadata?.ownerReferences ?? []) {
        const owned = this.#byOwner.get(uid) ?? new Map<string, KubeObject>();
        this.#byOwner.set(uid, owned);
        owned.set(key, after);
      }
    } else named.delete(key);
    if (plural === FAULTS) this.#holds(key, after as Fault | undefined);
    return { revision: revision.revision, at, origin, plural, key, before, after };
  }

  #holds(key: string, fault: Fault | undefined): void {
    const held = this.#held.get(key);
    const { componentStop, componentSlow, watchLag, type } = fault?.spec ?? {};
    const component = (componentStop ?? componentSlow ?? watchLag)?.component ?? "";
    // A kubelet's are its node's own affair: what it says, it says late, and nobody else is held back.
    const holds = HOLDS.includes(type) && !component.startsWith("kubelet-");
    if (fault?.status?.active && holds) this.#held.set(key, held ?? this.now);
    else if (held !== undefined) {
      this.#held.delete(key);
      const from = this.#before && this.#before.until + CATCH_UP_MS >= this.now ? Math.min(this.#before.from, held) : held;
      this.#before = { from, until: this.now };
    }
  }

  #forget(key: string, object: KubeObject): void {
    this.#byUid.delete(object.metadata?.uid ?? "");
    for (const { uid } of object.metadata?.ownerReferences ?? []) this.#byOwner.get(uid)?.delete(key);
  }

  get<R extends keyof ResourceTypes>(plural: R, namespace: string | undefined, name: string): ResourceTypes[R] | undefined {
    return this.#byPlural.get(plural)?.get(keyOf(plural, namespace, name)) as ResourceTypes[R] | undefined;
  }

  list<R extends keyof ResourceTypes>(plural: R, namespace?: string): readonly ResourceTypes[R][] {
    const all = [...(this.#byPlural.get(plural) ?? NONE).values()];
    return (namespace === undefined
      ? all
      : all.filter((o) => o.metadata?.namespace === namespace)) as unknown as readonly ResourceTypes[R][];
  }

  /** Every object there is. */
  *all(): Generator<{ readonly key: string; readonly object: KubeObject }> {
    for (const named of this.#byPlural.values()) for (const [key, object] of named) yield { key, object };
  }

  byUid(uid: string): KubeObject | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects of this resource that the object with this uid controls. */
  controlled<R extends keyof ResourceTypes>(plural: R, uid: string): readonly ResourceTypes[R][] {
    const prefix = `${PREFIX}${plural}/`;
    const out: KubeObject[] = [];
    for (const [key, object] of this.#byOwner.get(uid) ?? NONE)
      if (key.startsWith(prefix) && object.metadata?.ownerReferences?.some((r) => r.uid === uid && r.controller)) out.push(object);
    return out as unknown as readonly ResourceTypes[R][];
  }

  /** Every state of what is stored there that someone may believe to be the present one; undefined: that it is not there. */
  believed(key: string): readonly (KubeObject | undefined)[] {
    const versions = this.#versions.get(key) ?? [];
    const since = this.now - this.lag;
    const out: (KubeObject | undefined)[] = [];
    for (let i = versions.length - 1; i >= 0; i--) {
      const { at, object } = versions[i] as Version;
      out.push(object);
      if (at < since) return out;
    }
    return [...out, undefined];
  }

  /**
   * The states of an object whose spec its controller may be acting on: from the one that its status says was
   * observed last up to the present one.
   */
  inPlay<T extends KubeObject>(object: T): readonly T[] {
    const observed = (object as { status?: { observedGeneration?: number } }).status?.observedGeneration ?? 0;
    const out: T[] = [object];
    const { uid, name = "", namespace } = object.metadata ?? {};
    let generation = object.metadata?.generation ?? 0;
    const versions = this.#versions.get(keyOf(pluralOf(object), namespace, name)) ?? [];
    for (let i = versions.length - 1; i >= 0; i--) {
      const version = (versions[i] as Version).object as T | undefined;
      if (version === undefined || version.metadata?.uid !== uid) break;
      const of = version.metadata?.generation ?? 0;
      if (of < observed) break;
      if (of < generation) out.push(version);
      generation = of;
    }
    return out;
  }
}

/** As all kinds that are looked at here form theirs. */
const pluralOf = ({ kind = "" }: KubeObject): string => `${kind.toLowerCase()}s`;

export const keyOf = (plural: string, namespace: string | undefined, name: string): string =>
  namespace ? `${PREFIX}${plural}/${namespace}/${name}` : `${PREFIX}${plural}/${name}`;

export const keyOfObject = (object: KubeObject): string => keyOf(pluralOf(object), object.metadata?.namespace, object.metadata?.name ?? "");
