import type { Pod } from "../api/index.ts";
import { formatDuration, goQuote } from "../machinery/index.ts";
import { RuntimeError, type ContainerRuntime } from "../runtime/index.ts";
import type { Clock } from "../sim/index.ts";
import { BadDockerConfig } from "./credentials/docker-config.ts";
import type { Keyring, TrackedLogin } from "./credentials/keyring.ts";
import { keyringOf, type PullSecrets } from "./credentials/pull-secrets.ts";
import type { Backoff, BackoffEntry } from "./kuberuntime/backoff.ts";
import { PullErrors, pullError, pullFailure, pullWith } from "./pulls/attempts.ts";
import type { Puller } from "./pulls/puller.ts";
import type { PulledRecords } from "./pulls/records.ts";
import { uidOf } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";

/** Why a container could not be started: a waiting reason and its message. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  readonly reason: string;
  /** When to try again; undefined: after the usual back-off. */
  readonly retryAt: number | undefined;
  constructor(reason: string, message: string, retryAt?: number) {
    super(message);
    this.reason = reason;
    this.retryAt = retryAt;
  }
}

type Event = (type: "Normal" | "Warning", reason: string, message: string) => void;

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** An image name with its default tag, or what is wrong with it (distribution/reference's words). */
export function applyDefaultTag(image: string): { readonly reference: string } | { readonly error: string } {
  const bad = (why: string) => ({ error: `couldn't parse image name ${goQuote(image)}: invalid reference format${why}` });
  const at = image.indexOf("@");
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const named = at < 0 ? image : image.slice(0, at);
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const name = tagged ? named.slice(0, colon) : named;
  if (name === "" || (tagged && !TAG.test(named.slice(colon + 1))) || (digest !== undefined && !DIGEST.test(digest))) return bad("");
  const slash = name.indexOf("/");
  const head = slash < 0 ? "" : name.slice(0, slash);
  const isHost = /[.:]/.test(head) || head === "localhost" || head !== head.toLowerCase();
  const path = isHost ? name.slice(slash + 1) : name.includes("/") ? name : `library/${name}`;
  if (path !== path.toLowerCase()) return bad(`: repository name (${path}) must be lowercase`);
  if (!REPOSITORY.test(path)) return bad("");
  return { reference: tagged || digest !== undefined ? image : `${image}:latest` };
}

export interface ImageManagerOptions {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly puller: Puller;
  readonly records: PulledRecords;
  /** The Secrets that a pod names for pulls. */
  readonly secretsOf: (pod: Pod) => Promise<PullSecrets>;
  /** The machine's own logins. */
  readonly nodeKeyring: () => Keyring;
}

/** Makes sure that a container's image is on the machine (k8s: images/image_manager.go EnsureImageExists). */
export class ImageManager {
  readonly #o: ImageManagerOptions;
  /** Why pulls failed that are held back, by the key of their back-off. */
  readonly #failures = new Map<string, string>();
  /** Called after an image has come. */
  onPulled: () => void = () => {};
  /** Called when what is stored about pulls changed. */
  onChange: () => void = () => {};

  constructor(options: ImageManagerOptions) {
    this.#o = options;
  }

  /** Resolves with the reference to run, or rejects StartFailure. `event` records about the container. */
  ensure(pod: Pod, container: AnyContainer, event: Event): string | Promise<string> {
    const image = container.image ?? "";
    const parsed = applyDefaultTag(image);
    if ("error" in parsed) {
      const message = `Failed to apply default image tag ${goQuote(image)}: ${parsed.error}`;
      event("Warning", "InspectFailed", message);
      throw new StartFailure("InvalidImageName", message);
    }
    const { reference } = parsed;
    const policy = container.imagePullPolicy ?? (reference.endsWith(":latest") ? "Always" : "IfNotPresent");
    const want: Wanted = { pod, image, reference, key: `${uidOf(pod)}_${image}`, event };
    const present = policy === "Always" ? undefined : this.#o.runtime.imageStatus(reference);
    if (!present) {
      if (policy === "Never") throw neverPulled(want);
      return this.#pull(want);
    }
    const { imageRef } = present;
    const mustPull = this.#o.records.mustPull(imageRef, repositoryOf(reference));
    if (mustPull === false) return this.#present(want);
    const checked = mustPull ? Promise.resolve(false) : this.#mayHave(want, imageRef);
    return checked.then((may) => {
      if (may) return this.#present(want);
      if (policy === "Never") throw neverPulled(want);
      return this.#pull(want);
    });
  }

  #present({ image, reference, event }: Wanted): string | Promise<string> {
    event("Normal", "Pulled", `Container image ${goQuote(image)} already present on machine and can be accessed by the pod`);
    const opening = this.#o.runtime.openImage(reference);
    return opening ? opening.then(() => reference) : reference;
  }

  async #mayHave(want: Wanted, imageRef: string): Promise<boolean> {
    const knows = this.#o.records.knows(imageRef, repositoryOf(want.reference), await this.#logins(want));
    if (knows) this.onChange();
    return knows;
  }
  /** What may do for a pod's image: its Secrets' logins before the machine's. */
  async #logins({ pod, reference }: Wanted): Promise<readonly TrackedLogin[]> {
    const { secrets } = await this.#o.secretsOf(pod);
    const repository = repositoryOf(reference);
    try {
      return [...keyringOf(secrets).lookup(repository), ...this.#o.nodeKeyring().lookup(repository)];
    } catch (error) {
      if (error instanceof BadDockerConfig) throw new StartFailure(error.message, error.message);
      throw error;
    }
  }

  forgetPod(uid: string): void {
    for (const key of [...this.#failures.keys()]) {
      if (!key.startsWith(`${uid}_`)) continue;
      this.#failures.delete(key);
      this.onChange();
    }
  }

  save(): unknown {
    const held = [...this.#failures].map(([key, why]): Held => [key, why, this.#o.backoff.entry(key)]);
    return { records: this.#o.records.save(), held };
  }
  restore(stored: unknown): void {
    const { records, held = [] } = (stored ?? {}) as { readonly records?: unknown; readonly held?: readonly Held[] };
    this.#o.records.restore(records);
    for (const [key, why, entry] of held) {
      this.#failures.set(key, why);
      if (entry) this.#o.backoff.restore(key, entry);
    }
  }

  async #pull(want: Wanted): Promise<string> {
    const { clock, backoff, runtime, records, puller } = this.#o;
    const { image, reference, key, event } = want;
    const retryAt = backoff.untilSinceUpdate(key, clock.now());
    if (retryAt !== undefined) {
      const message = `Back-off pulling image ${goQuote(image)}`;
      event("Normal", "BackOff", message);
      const why = this.#failures.get(key);
      throw new StartFailure("ImagePullBackOff", why === undefined ? message : `${message}: ${why}`, retryAt);
    }
    const logins = await this.#logins(want);
    this.#failures.delete(key);
    const asked = clock.now();
    event("Normal", "Pulling", `Pulling image ${goQuote(image)}`);
    let begun = asked;
    try {
      const { size, imageRef, login } = await puller.run(() => {
        begun = clock.now();
        return pullWith(runtime, reference, logins);
      });
      const now = clock.now();
      backoff.forget(key);
      records.pulled(imageRef, repositoryOf(reference), login);
      records.keep(new Set(runtime.images().map((held) => held.imageRef)));
      this.onChange();
      const took = `${formatDuration(now - begun)} (${formatDuration(now - asked)} including waiting)`;
      event("Normal", "Pulled", `Successfully pulled image ${goQuote(image)} in ${took}. Image size: ${size} bytes.`);
      this.onPulled();
      return reference;
    } catch (error) {
      const text = error instanceof PullErrors ? error.message : pullError(error);
      event("Warning", "Failed", `Failed to pull image ${goQuote(image)}: ${text}`);
      const now = clock.now();
      backoff.next(key, now, now);
      const { reason, message } = pullFailure(image, text);
      this.#failures.set(key, `${reason}: ${message}`);
      this.onChange();
      throw new StartFailure(reason, message);
    }
  }
}

/** A pull that is held back, and why. */
type Held = readonly [key: string, why: string, entry: BackoffEntry | undefined];

interface Wanted {
  readonly pod: Pod;
  /** As the container has it. */
  readonly image: string;
  /** With its default tag. */
  readonly reference: string;
  readonly key: string;
  readonly event: Event;
}

/** Also said of an image that is there and not for this pod, which must not learn that it is. */
function neverPulled({ image, event }: Wanted): StartFailure {
  const message = `Container image ${goQuote(image)} is not present with pull policy of Never`;
  event("Warning", "ErrImageNeverPull", message);
  return new StartFailure("ErrImageNeverPull", message);
}

/** "docker.io/library/nginx" of any way to write it. */
function repositoryOf(reference: string): string {
  const bare = reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const slash = bare.indexOf("/");
  const head = slash < 0 ? "" : bare.slice(0, slash);
  const hasHost = /[.:]/.test(head) || head === "localhost" || head !== head.toLowerCase();
  const host = !hasHost || head === "index.docker.io" ? "docker.io" : head;
  const path = hasHost ? bare.slice(slash + 1) : bare;
  return host === "docker.io" && !path.includes("/") ? `docker.io/library/${path}` : `${host}/${path}`;
}

/** A runtime's refusal as it looks when it has come over gRPC. */
export function rpcError(error: unknown): string {
  if (!(error instanceof RuntimeError)) return error instanceof Error ? error.message : String(error);
  if (error.message.startsWith("rpc error: ")) return error.message;
  const code = error.reason === "StartError" ? "Unknown" : error.reason;
  return `rpc error: code = ${code} desc = ${error.message}`;
}
