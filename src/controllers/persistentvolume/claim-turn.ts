import {
  DEFAULT_STORAGE_CLASS,
  defaultClassOf,
  matchingVolume,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
  storageClassOf,
} from "../../api/index.ts";
import { type Informer, keyOfObject } from "../../client/index.ts";
import type { Clock } from "../../sim/index.ts";
import { hasEnded } from "../claims.ts";
import { type ClaimView, planClaim } from "./decide.ts";
import { type Latest, versionOf } from "./latest.ts";
import { provisionerOf } from "./plugins.ts";
import { migratedClaim, provisionedClaim } from "./transitions.ts";
import type { Writer } from "./writer.ts";

/** How long an operation that failed rests, at first and at most (k8s: util/goroutinemap/exponentialbackoff). */
const REST_MS = 500;
const MAX_REST_MS = 122_000;

/** Why an in-tree plugin makes no volume: in the end, that upstream has it switched off unless told otherwise (k8s: provisionClaimOperation). */
function inTreeProblem(claim: PersistentVolumeClaim, { mountOptions, metadata }: StorageClass, plugin: string): string {
  const name = JSON.stringify(plugin);
  if (claim.spec?.dataSource) return `plugin ${name} is not a CSI plugin. Only CSI plugin can provision a claim with a datasource`;
  if (mountOptions?.length)
    return `Mount options are not supported by the provisioner but StorageClass ${JSON.stringify(metadata?.name)} has mount options [${mountOptions.join(" ")}]`;
  return `Failed to create provisioner: provisioning in volume plugin ${name} is disabled`;
}

interface Seen {
  readonly clock: Clock;
  readonly volumes: Latest<PersistentVolume>;
  readonly classes: Informer<StorageClass>;
  readonly pods: Informer<Pod>;
}

/** Claims' turns (k8s: syncClaim), the first of a claim and later ones. Answers whether the claim is to be looked at again at the next resync. */
export function createClaimTurns({ clock, volumes, classes, pods }: Seen) {
  const resting = new Map<string, { readonly until: number; readonly ms: number }>();

  const viewOf = (claim: PersistentVolumeClaim, first: boolean): ClaimView => ({
    volume: (name) => volumes.get(name),
    match: (reservedOnly) =>
      matchingVolume(
        claim,
        [...new Set([...volumes.by("claim", keyOfObject(claim)), ...volumes.by("class", storageClassOf(claim))])],
        reservedOnly ? { reservedOnly } : {},
      ),
    storageClass: classes.get(storageClassOf(claim)),
    defaultClass: () => defaultClassOf(classes.list(), DEFAULT_STORAGE_CLASS)?.metadata?.name,
    unscheduledPods: () =>
      pods
        .by("claim", keyOfObject(claim))
        // Who makes a claim and then its pod sees the claim wait for a consumer first, whichever informer was the faster.
        .filter((pod) => !pod.spec?.nodeName && !hasEnded(pod) && !(first && versionOf(pod) > versionOf(claim)))
        .map((pod) => pod.metadata?.name ?? ""),
  });

  /** Fails, and rests longer each time. */
  const provisionInTree = (claim: PersistentVolumeClaim, storageClass: StorageClass, plugin: string, writer: Writer): void => {
    const uid = claim.metadata?.uid ?? "";
    const before = resting.get(uid);
    if (before && before.until > clock.now()) return;
    const message = inTreeProblem(claim, storageClass, plugin);
    writer.event(claim, { type: "Warning", reason: "ProvisioningFailed", message });
    const ms = Math.min(before ? before.ms * 2 : REST_MS, MAX_REST_MS);
    resting.set(uid, { until: clock.now() + ms, ms });
  };

  /** k8s: provisionClaim. */
  const provision = async (claim: PersistentVolumeClaim, writer: Writer): Promise<void> => {
    const name = storageClassOf(claim);
    const storageClass = classes.get(name);
    const failed = (message: string) => writer.event(claim, { type: "Warning", reason: "ProvisioningFailed", message });
    if (!storageClass) return failed(`storageclass.storage.k8s.io ${JSON.stringify(name)} not found`);
    const who = provisionerOf(storageClass.provisioner);
    if ("problem" in who) return failed(who.problem);
    const provisioner = "external" in who ? who.external : who.inTree;
    const told = await writer.claim(claim, provisionedClaim(claim, provisioner));
    if ("inTree" in who) return provisionInTree(told, storageClass, who.inTree, writer);
    const message =
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
      "If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
    writer.event(told, { type: "Normal", reason: "ExternalProvisioning", message });
  };

  return {
    forget: (claim: PersistentVolumeClaim): void => void resting.delete(claim.metadata?.uid ?? ""),
    async turn(stored: PersistentVolumeClaim, writer: Writer, first: boolean): Promise<boolean> {
      const claim = await writer.claim(stored, migratedClaim(stored));
      const plan = planClaim(claim, viewOf(claim, first));
      switch (plan.act) {
        case "bind":
          resting.delete(claim.metadata?.uid ?? "");
          await writer.bind(plan.volume, claim);
          return false;
        case "class":
          await writer.claim(claim, { ...claim, spec: { ...claim.spec, storageClassName: plan.name } });
          return false;
        case "provision":
          await provision(claim, writer);
          return true;
        case "pend":
          if (plan.note) writer.event(claim, plan.note);
          await writer.claimPhase(claim, "Pending");
          return true;
        case "refuse":
          writer.event(claim, plan.note);
          return true;
        case "lose":
          if (claim.status?.phase !== "Lost") writer.event(await writer.claimPhase(claim, "Lost"), plan.note);
          return true;
      }
    },
  };
}
