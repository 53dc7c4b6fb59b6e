import type {
  Kind,
  KindRegistry,
  KubeObject,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhook,
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "../../../api/index.ts";
import type { MemoryStore } from "../../../etcd/index.ts";
import { matchesResource } from "./match.ts";

/** A webhook of either kind of configuration. */
export type Webhook = MutatingWebhook;

export interface Hook {
  readonly configuration: string;
  readonly webhook: Webhook;
}

export interface BoundPolicy<P, B> {
  readonly policy: P;
  readonly bindings: readonly B[];
}

/** What may have a say about one resource; whether it has depends on the request. */
export interface Registered {
  readonly mutatingHooks: readonly Hook[];
  readonly validatingHooks: readonly Hook[];
  readonly mutatingPolicies: readonly BoundPolicy<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>[];
  readonly validatingPolicies: readonly BoundPolicy<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>[];
}

const NOTHING: Registered = { mutatingHooks: [], validatingHooks: [], mutatingPolicies: [], validatingPolicies: [] };

const prefix = (plural: string): string => `/registry/${plural}/`;
const SOURCES = [
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
] as const;

/** Nothing of this group that decides about others is decided about (k8s: rules.IsExemptAdmissionConfigurationResource). */
export const isExempt = ({ group, plural }: Pick<Kind, "group" | "plural">): boolean =>
  group === "admissionregistration.k8s.io" && (SOURCES as readonly string[]).includes(plural);

/** The registrations of the store by resource; read again only after one of them was written. */
export class Registrations {
  readonly #store: MemoryStore;
  readonly #kinds: KindRegistry;
  #stale = true;
  #generation = -1;
  #all: Registered = NOTHING;
  readonly #byResource = new Map<string, Registered>();
  readonly #versions = new Map<Kind, readonly Kind[]>();

  constructor(store: MemoryStore, kinds: KindRegistry) {
    this.#store = store;
    this.#kinds = kinds;
  }

  /** An object was written: at once, not when a watch would say so, since what was just registered is expected to hold. */
  written(kind: Kind): void {
    if (isExempt(kind)) this.#stale = true;
  }

  /** Of a stored kind. One look where there are none at all. */
  of(kind: Kind, subresource: string): Registered {
    if (this.#stale) this.#read();
    if (this.#all === NOTHING) return NOTHING;
    if (this.#generation !== this.#kinds.generation) this.#forget();
    const key = `${kind.group}/${kind.plural}/${subresource}`;
    let found = this.#byResource.get(key);
    if (found === undefined) this.#byResource.set(key, (found = isExempt(kind) ? NOTHING : this.#select(kind, subresource)));
    return found;
  }

  /** The served kinds that show the objects of a stored one (k8s: EquivalentResourcesFor). */
  versionsOf(kind: Kind): readonly Kind[] {
    let found = this.#versions.get(kind);
    if (found === undefined) {
      // Each version of a custom resource says for itself how it is stored.
      const same = ({ group, plural }: Kind): boolean => kind.custom === true && group === kind.group && plural === kind.plural;
      found = this.#kinds.all.filter((other) => (other.storedAs?.kind ?? other) === kind || same(other));
      this.#versions.set(kind, found);
    }
    return found;
  }

  #forget(): void {
    this.#generation = this.#kinds.generation;
    this.#byResource.clear();
    this.#versions.clear();
  }

  #select(kind: Kind, subresource: string): Registered {
    const versions = this.versionsOf(kind);
    const about = (rules: readonly NamedRuleWithOperations[] | undefined): boolean =>
      versions.some((version) => rules?.some((rule) => matchesResource(rule, version.group, version.plural, subresource)));
    const hooks = (all: readonly Hook[]) => all.filter(({ webhook }) => about(webhook.rules));
    const policies = <
      P extends { readonly spec?: { readonly matchConstraints?: { readonly resourceRules?: readonly NamedRuleWithOperations[] } } },
      B,
    >(
      all: readonly BoundPolicy<P, B>[],
    ) => all.filter(({ policy }) => about(policy.spec?.matchConstraints?.resourceRules));
    return {
      mutatingHooks: hooks(this.#all.mutatingHooks),
      validatingHooks: hooks(this.#all.validatingHooks),
      mutatingPolicies: policies(this.#all.mutatingPolicies),
      validatingPolicies: policies(this.#all.validatingPolicies),
    };
  }

  #read(): void {
    this.#stale = false;
    this.#forget();
    const read = <T>(plural: (typeof SOURCES)[number]): readonly T[] =>
      this.#store.range({ prefix: prefix(plural) }).entries.map((entry) => entry.value as T);
    type Configuration = KubeObject & { readonly webhooks?: readonly Webhook[] };
    const hooks = (configurations: readonly Configuration[]): readonly Hook[] =>
      configurations.flatMap(({ metadata, webhooks = [] }) =>
        webhooks.map((webhook) => ({ configuration: metadata?.name ?? "", webhook })),
      );
    const all: Registered = {
      mutatingHooks: hooks(read("mutatingwebhookconfigurations")),
      validatingHooks: hooks(read("validatingwebhookconfigurations")),
      mutatingPolicies: bound(read("mutatingadmissionpolicies"), read<MutatingAdmissionPolicyBinding>("mutatingadmissionpolicybindings")),
      validatingPolicies: bound(
        read("validatingadmissionpolicies"),
        read<ValidatingAdmissionPolicyBinding>("validatingadmissionpolicybindings"),
      ),
    };
    this.#all = Object.values(all).every((list: readonly unknown[]) => list.length === 0) ? NOTHING : all;
  }
}

/** A policy without a binding says nothing. */
function bound<P extends KubeObject, B extends { readonly spec?: { readonly policyName?: string } }>(
  policies: readonly P[],
  bindings: readonly B[],
): readonly BoundPolicy<P, B>[] {
  return policies.flatMap((policy) => {
    const own = bindings.filter(({ spec }) => spec?.policyName === policy.metadata?.name);
    return own.length === 0 ? [] : [{ policy, bindings: own }];
  });
}
