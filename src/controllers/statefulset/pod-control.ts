import type { PersistentVolumeClaim, Pod, StatefulSet } from "../../api/index.ts";
import type { EventRecorder, Informer, ReconcileContext } from "../../client/index.ts";
import { isAlreadyExists, isNotFound } from "../../machinery/index.ts";
import type { Expectations } from "../expectations.ts";
import { hasOtherController, withOwners } from "./claims.ts";
import type { Action } from "./decide.ts";
import { claimsOf, nameOf, ordinalOf, withIdentity } from "./identity.ts";

const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** One reconcile's hands: what is done to a set's pods and claims, and what its events say of it (k8s: stateful_pod_control.go). */
export class PodControl {
  readonly #set: StatefulSet;
  readonly #key: string;
  readonly #context: ReconcileContext;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #events: EventRecorder;
  readonly #deletions: Expectations;

  constructor(
    set: StatefulSet,
    key: string,
    context: ReconcileContext,
    shared: { readonly claims: Informer<PersistentVolumeClaim>; readonly events: EventRecorder; readonly deletions: Expectations },
  ) {
    this.#set = set;
    this.#key = key;
    this.#context = context;
    this.#claims = shared.claims;
    this.#events = shared.events;
    this.#deletions = shared.deletions;
  }

  async perform({ do: verb, pod }: Action): Promise<void> {
    switch (verb) {
      case "create":
        return this.#create(pod);
      case "claims":
        await this.#ensureClaims(pod);
        return this.#followPolicy(pod).catch((e: unknown) => this.#failed("Update", pod, e));
      case "repair":
        return this.#repair(pod);
      case "release":
        return this.#followPolicy(pod);
      case "delete":
        return this.#delete(pod);
    }
  }

  async #create(pod: Pod): Promise<void> {
    try {
      await this.#ensureClaims(pod);
      await this.#context.client.create("pods", pod);
    } catch (error) {
      // A pod of that name that is not ours: it may go, and then its name is free.
      if (isAlreadyExists(error)) throw error;
      return this.#failed("Create", pod, error);
    }
    this.#succeeded("Create", pod);
  }

  async #repair(pod: Pod): Promise<void> {
    try {
      const sound = withIdentity(this.#set, pod);
      if (sound.spec !== pod.spec) await this.#ensureClaims(pod);
      await this.#followPolicy(pod);
      if (sound !== pod) await this.#context.client.update("pods", sound);
    } catch (error) {
      return this.#failed("Update", pod, error);
    }
    this.#succeeded("Update", pod);
  }

  async #delete(pod: Pod): Promise<void> {
    const { namespace, name = "", uid = "" } = pod.metadata ?? {};
    try {
      await this.#context.client.delete("pods", namespace, name, { preconditions: { uid } });
    } catch (error) {
      this.#deletions.deletionObserved(this.#key, uid);
      if (isNotFound(error)) return;
      return this.#failed("Delete", pod, error);
    }
    this.#succeeded("Delete", pod);
  }

  /** Creates what the pod claims and does not have yet. Throws the words of all that could not be. */
  async #ensureClaims(pod: Pod): Promise<void> {
    const problems: string[] = [];
    for (const wanted of claimsOf(this.#set, ordinalOf(pod))) {
      const name = nameOf(wanted);
      const there = this.#claims.get(`${wanted.metadata?.namespace}/${name}`);
      if (there?.metadata?.deletionTimestamp !== undefined) problems.push(`pvc ${name} is being deleted`);
      if (there) continue;
      const about = `Claim ${name}`;
      try {
        await this.#context.client.create("persistentvolumeclaims", wanted);
        this.#say("Normal", "SuccessfulCreate", `Create ${about} Pod ${nameOf(pod)} in StatefulSet ${nameOf(this.#set)} success`);
      } catch (error) {
        // The cache has yet to show it.
        if (isAlreadyExists(error)) continue;
        const message = messageOf(error);
        problems.push(`failed to create PVC ${name}: ${message}`);
        this.#say(
          "Warning",
          "FailedCreate",
          `Create ${about} for Pod ${nameOf(pod)} in StatefulSet ${nameOf(this.#set)} failed error: ${message}`,
        );
      }
    }
    if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`);
  }

  /** Gives the pod's claims the owners that the retention policy wants. */
  async #followPolicy(pod: Pod): Promise<void> {
    for (const wanted of claimsOf(this.#set, ordinalOf(pod))) {
      const name = nameOf(wanted);
      const there = this.#claims.get(`${wanted.metadata?.namespace}/${name}`);
      if (!there) continue;
      if (hasOtherController(this.#set, there, pod))
        this.#say(
          "Warning",
          "ConflictingController",
          `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a managing controller, the retention policy is ignored for this claim`,
        );
      const owned = withOwners(this.#set, there, pod);
      if (owned === there) continue;
      try {
        await this.#context.client.update("persistentvolumeclaims", owned);
      } catch (error) {
        throw new Error(`could not update claim ${name} for delete policy ownerRefs: ${messageOf(error)}`, { cause: error });
      }
    }
  }

  #succeeded(verb: string, pod: Pod): void {
    this.#say("Normal", `Successful${verb}`, `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(this.#set)} successful`);
  }

  #failed(verb: string, pod: Pod, error: unknown): never {
    this.#say(
      "Warning",
      `Failed${verb}`,
      `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(this.#set)} failed error: ${messageOf(error)}`,
    );
    throw error;
  }

  #say(type: "Normal" | "Warning", reason: string, message: string): void {
    this.#events.event(this.#set, type, reason, message, this.#context.causes);
  }
}
