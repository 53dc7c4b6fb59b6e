import { type Node, type PersistentVolume, type PersistentVolumeClaim, type StorageClass, storageClassOf } from "../../api/index.ts";
import {
  type Client,
  createEventRecorder,
  createInformers,
  createWorkQueue,
  type EventRecorder,
  type Informer,
  keyOfObject,
} from "../../client/index.ts";
import type { ProvisionerLink, ProvisionerSettings } from "../../images/index.ts";
import { isAlreadyExists, isNotFound } from "../../machinery/index.ts";
import type { Cause, Clock, Random } from "../../sim/index.ts";
import { type Config, pathsOf, readConfig } from "./config.ts";
import {
  type Errand,
  helperPod,
  isOurs,
  isReady,
  isToDelete,
  placeFor,
  placeOf,
  selectedNode,
  volumeFor,
  volumeNameFor,
} from "./decide.ts";

/** How long what failed rests, at first and at most, and how often it is tried (k8s-sigs: NewProvisionController). */
const REST_MS = 15_000;
const MAX_REST_MS = 1_000_000;
const ATTEMPTS = 15;
const THREADS = 4;
const CLAIM = "claim:";
const VOLUME = "volume:";

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  /** A client whose every request bears the token that the function gives. */
  readonly client: (token: () => string, agent: string) => Client;
}

/** The loop of rancher/local-path-provisioner, which is sig-storage-lib-external-provisioner's with a directory as the volume. */
export const createLocalPathLink = (parts: Parts): ProvisionerLink => ({ start: (settings) => new Loop(parts, settings).start() });

class Loop {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #client: Client;
  readonly #settings: ProvisionerSettings;
  readonly #events: EventRecorder;
  readonly #failures = new Map<string, number>();
  #config: Config | undefined;
  #stopped = false;

  constructor({ clock, random, client }: Parts, settings: ProvisionerSettings) {
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
    this.#client = client(settings.token, `local-path-provisioner/${settings.identity.split("_")[0] ?? ""}`);
    this.#events = createEventRecorder({ client: this.#client, clock, component: `${settings.provisioner}_${settings.identity}` });
  }

  start(): ReturnType<ProvisionerLink["start"]> {
    const { provisioner } = this.#settings;
    const informers = createInformers(this.#client, this.#clock);
    const claims = informers.of("persistentvolumeclaims");
    const volumes = informers.of("persistentvolumes");
    const classes = informers.of("storageclasses");
    const queue = createWorkQueue({
      clock: this.#clock,
      name: `${provisioner} requeue`,
      workers: THREADS,
      process: async (key, causes) => {
        await informers.synced();
        if (this.#stopped) return;
        try {
          const [claim, volume] = [claims.get(key.slice(CLAIM.length)), volumes.get(key.slice(VOLUME.length))];
          if (key.startsWith(CLAIM) && claim) await this.#syncClaim(claim, classes, volumes, causes);
          if (key.startsWith(VOLUME) && volume) await this.#syncVolume(volume, causes);
          this.#failures.delete(key);
        } catch (error) {
          if (this.#stopped) return;
          const failures = (this.#failures.get(key) ?? 0) + 1;
          this.#failures.set(key, failures);
          this.#settings.log("error", `error syncing ${key.replace(":", " ")}: ${(error as Error).message}`);
          if (failures <= ATTEMPTS) queue.addAfter(key, Math.min(REST_MS * 2 ** (failures - 1), MAX_REST_MS), causes);
        }
      },
    });
    claims.on(({ key, object, causes }) => {
      if (!object) this.#failures.delete(CLAIM + key);
      else if (isOurs(object, provisioner)) queue.add(CLAIM + key, because(causes, object));
    });
    volumes.on(({ key, object, causes }) => {
      if (!object) this.#failures.delete(VOLUME + key);
      else if (isToDelete(object, provisioner)) queue.add(VOLUME + key, because(causes, object));
    });
    return {
      ready: () => claims.synced && volumes.synced && classes.synced,
      stop: () => {
        this.#stopped = true;
        informers.stop();
      },
    };
  }

  async #syncClaim(
    claim: PersistentVolumeClaim,
    classes: Informer<StorageClass>,
    volumes: Informer<PersistentVolume>,
    causes: readonly Cause[],
  ) {
    const name = storageClassOf(claim);
    const storageClass = classes.get(name);
    if (!storageClass) throw new Error(`storageClass ${JSON.stringify(name)} not found`);
    const { provisioner, log } = this.#settings;
    if (!isOurs(claim, provisioner) || !isReady(claim, storageClass) || storageClass.provisioner !== provisioner) return;
    if (volumes.get(volumeNameFor(claim))) return;
    const client = this.#client.because(causes);
    const failed = (message: string) => this.#events.event(claim, "Warning", "ProvisioningFailed", message, causes);
    if (claim.spec?.volumeMode === "Block") return failed(`${provisioner} does not support block volume provisioning`);
    const node = await this.#nodeOf(claim, client, failed);
    if (node === "gone") return;
    const text = `External provisioner is provisioning volume for claim ${JSON.stringify(keyOfObject(claim))}`;
    this.#events.event(claim, "Normal", "Provisioning", text, causes);
    let volume: PersistentVolume;
    try {
      const config = this.#read();
      const place = placeFor(claim, storageClass, pathsOf(config, name), node, (below) => this.#random.int(below));
      const where = place.node ? `${place.node.metadata?.name}:${place.path}` : place.path;
      log("info", `Creating volume ${volumeNameFor(claim)} at ${where}`);
      volume = volumeFor(claim, storageClass, place);
      await this.#run(client, config, {
        action: "create",
        volume: volumeNameFor(claim),
        path: place.path,
        node: place.node?.metadata?.name,
        mode: claim.spec?.volumeMode ?? "Filesystem",
        size: claim.spec?.resources?.requests?.["storage"] ?? "0",
      });
    } catch (error) {
      const why = `failed to provision volume with StorageClass ${JSON.stringify(name)}: ${(error as Error).message}`;
      failed(why);
      throw new Error(why, { cause: error });
    }
    try {
      await client.create("persistentvolumes", volume);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    this.#events.event(claim, "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${volume.metadata?.name}`, causes);
  }

  /** A node that has gone in the meantime is chosen again by the scheduler (k8s-sigs: rescheduleProvisioning). */
  async #nodeOf(claim: PersistentVolumeClaim, client: Client, failed: (message: string) => void): Promise<Node | undefined | "gone"> {
    const name = selectedNode(claim);
    if (name === undefined) return undefined;
    try {
      return await client.get("nodes", undefined, name);
    } catch (error) {
      const message = (error as Error).message;
      if (!isNotFound(error)) {
        failed(`failed to get target node: ${message}`);
        throw error;
      }
      failed(message);
      // Its role lets it read claims only, as upstream's does: the refusal is logged, and the claim tried again.
      const { metadata } = claim;
      const annotations = { "volume.kubernetes.io/selected-node": null };
      await client.patch("persistentvolumeclaims", metadata?.namespace, metadata?.name ?? "", "merge", { metadata: { annotations } });
      return "gone";
    }
  }

  async #syncVolume(volume: PersistentVolume, causes: readonly Cause[]): Promise<void> {
    if (!isToDelete(volume, this.#settings.provisioner)) return;
    const client = this.#client.because(causes);
    const name = volume.metadata?.name ?? "";
    try {
      await this.#remove(volume, client);
    } catch (error) {
      const why = `failed to delete volume ${name}: ${(error as Error).message}`;
      this.#events.event(volume, "Warning", "VolumeFailedDelete", why, causes);
      throw new Error(why, { cause: error });
    }
    try {
      await client.delete("persistentvolumes", undefined, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #remove(volume: PersistentVolume, client: Client): Promise<void> {
    const { log } = this.#settings;
    const name = volume.metadata?.name ?? "";
    const config = this.#read();
    const { path, node } = placeOf(volume, pathsOf(config, volume.spec?.storageClassName ?? ""));
    if (node !== undefined && !(await exists(client, node)))
      return log("info", `Node ${node} does not exist, skipping cleanup of volume ${name}`);
    log("info", `Deleting volume ${name} at ${node === undefined ? "" : `${node}:`}${path}`);
    const { volumeMode = "Filesystem", capacity } = volume.spec ?? {};
    await this.#run(client, config, { action: "delete", volume: name, path, node, mode: volumeMode, size: capacity?.["storage"] ?? "0" });
  }

  /** Has a pod do it on the node, and looks every second whether it is done (rancher: createHelperPod). */
  async #run(client: Client, config: Config, errand: Errand): Promise<void> {
    const { namespace, serviceAccount, configMap, log } = this.#settings;
    const fail = (why: string) => new Error(`failed to ${errand.action} volume ${errand.volume}: ${why}`);
    const pod = helperPod(errand, { template: this.#settings.helperPod(), config, namespace, serviceAccount, configMap });
    const name = pod.metadata?.name ?? "";
    log("info", `create the helper pod ${name} into ${namespace}`);
    try {
      await client.create("pods", pod);
    } catch (error) {
      if (!isAlreadyExists(error)) throw fail((error as Error).message);
    }
    try {
      await this.#completion(client, name, config.timeoutSeconds, fail);
    } finally {
      if (!this.#stopped)
        await client
          .delete("pods", namespace, name)
          .catch((error: unknown) => log("error", `unable to delete the helper pod: ${(error as Error).message}`));
    }
    log(
      "info",
      `Volume ${errand.volume} has been ${errand.action}d on ${errand.node === undefined ? "" : `${errand.node}:`}${errand.path}`,
    );
  }

  async #completion(client: Client, name: string, seconds: number, fail: (why: string) => Error): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      const { status } = await client.get("pods", this.#settings.namespace, name);
      if (status?.phase === "Succeeded") return;
      await this.#clock.sleep(1000);
      if (this.#stopped) throw fail("the provisioner was stopped");
    }
    throw fail(`create process timeout after ${seconds} seconds`);
  }

  /** The configuration as it is now; one that is wrong is told of, and the one before stays. */
  #read(): Config {
    try {
      this.#config = readConfig(this.#settings.config());
    } catch (error) {
      if (!this.#config) throw error;
      this.#settings.log("error", `failed to load the new config file: ${(error as Error).message}`);
    }
    return this.#config;
  }
}

/** What an informer's first list brought was caused by what the objects' own revisions tell. */
function because(causes: readonly Cause[], { metadata }: PersistentVolume | PersistentVolumeClaim): readonly Cause[] {
  return causes.length > 0 ? causes : [{ kind: "revision", revision: Number(metadata?.resourceVersion ?? 1) }];
}

async function exists(client: Client, node: string): Promise<boolean> {
  try {
    await client.get("nodes", undefined, node);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
