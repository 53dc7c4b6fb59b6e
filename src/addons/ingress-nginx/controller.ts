import type { Ingress, IngressLoadBalancerIngress, KubeObject } from "../../api/index.ts";
import { type Client, createEventRecorder, createInformers, type EventRecorder, type Informers } from "../../client/index.ts";
import type { IngressLink, IngressSettings } from "../../images/index.ts";
import { base64Decode, isNotFound, keyPairProblem } from "../../machinery/index.ts";
import { loadTls, type Tls } from "../../pki/index.ts";
import { type Cause, type Clock, mergeCauses, timerCause } from "../../sim/index.ts";
import { type IngressSecret, isOurs, modelOf, serviceOfSlice } from "./decide.ts";

/** 0.3 syncs a second (ingress-nginx: --sync-rate-limit). */
const SYNC_MS = 1000 / 0.3;
/** How often addresses are written to Ingresses (ingress-nginx: --status-update-interval). */
const STATUS_MS = 60_000;
const BY_SERVICE = "service";
const TLS_SECRET = "kubernetes.io/tls";

interface Parts {
  readonly clock: Clock;
  /** A client whose every request bears the token that the function gives. */
  readonly client: (token: () => string, agent: string) => Client;
}

/** The loop of ingress-nginx's controller: Ingresses and what they name come to a model, and they get an address. */
export const createIngressLink = (parts: Parts): IngressLink => ({ start: (settings) => new Loop(parts, settings).start() });

class Loop {
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #informers: Informers;
  readonly #settings: IngressSettings;
  readonly #events: EventRecorder;
  readonly #begun: number;
  #causes: readonly Cause[] = [];
  #statusCauses: readonly Cause[] = [];
  #armed = false;
  #statusArmed = false;
  #syncedAt: number | undefined;
  #stopped = false;
  #warned = new Set<string>();
  /** What certificates are read with; nothing is decided before it is there. */
  #tls: Tls | undefined;

  constructor({ clock, client }: Parts, settings: IngressSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#client = client(settings.token, "nginx-ingress-controller/v1.13.3 (linux/amd64) ingress-nginx/93851f0");
    this.#informers = createInformers(this.#client, clock);
    this.#events = createEventRecorder({ client: this.#client, clock, component: "nginx-ingress-controller" });
    this.#begun = settings.begun;
  }

  start(): ReturnType<IngressLink["start"]> {
    const of: Informers["of"] = (resource) => this.#informers.of(resource);
    const services = of("services");
    of("endpointslices").index(BY_SERVICE, (slice) => [serviceOfSlice(slice)]);
    of("ingresses").on(({ key, object, old, causes }) => {
      if (object && this.#ours(object) && !sameSpec(object, old) && (of("ingresses").synced || !this.#settings.resumed)) {
        this.#settings.log(
          "I",
          "store.go:443",
          `"Found valid IngressClass" ingress="${key}" ingressclass="${object.spec?.ingressClassName ?? "_"}"`,
        );
        this.#events.event(object, "Normal", "Sync", "Scheduled for sync", this.#because(causes, object));
      }
      if (!sameSpec(object, old)) this.#sync(causes);
      if (object) this.#writeStatus(causes);
    });
    of("ingressclasses").on(({ causes }) => this.#sync(causes));
    services.on(({ key, object, old, causes }) => {
      if (key === this.#settings.publishService) this.#writeStatus(causes);
      if (object?.spec !== old?.spec) this.#sync(causes);
    });
    of("endpointslices").on(({ causes }) => this.#sync(causes));
    of("secrets").on(({ object, old, causes }) => {
      if ((object ?? old)?.type === TLS_SECRET && object?.data !== old?.data) this.#sync(causes);
    });
    void this.#begin();
    return {
      reloaded: () => void this.#tellReload(),
      stop: () => {
        this.#stopped = true;
        this.#informers.stop();
      },
    };
  }

  async #begin(): Promise<void> {
    const release = this.#clock.halt();
    try {
      this.#tls = await loadTls();
    } finally {
      release();
    }
    await this.#informers.synced();
    this.#sync([]);
  }

  #ours(ingress: Ingress): boolean {
    return isOurs(ingress, [...this.#informers.of("ingressclasses").list()], this.#settings);
  }

  #because(causes: readonly Cause[], { metadata }: KubeObject): readonly Cause[] {
    return causes.length > 0 ? causes : [{ kind: "revision", revision: Number(metadata?.resourceVersion ?? 1) }];
  }

  /** At once, or when the limit allows. */
  #sync(causes: readonly Cause[]): void {
    this.#causes = mergeCauses(this.#causes, causes);
    if (this.#armed || this.#stopped) return;
    this.#armed = true;
    const wait = this.#syncedAt === undefined ? 0 : Math.max(0, this.#syncedAt + SYNC_MS - this.#clock.now());
    const go = (): void => {
      this.#armed = false;
      if (this.#stopped || !this.#tls || !this.#ready()) return;
      this.#syncedAt = this.#clock.now();
      this.#decide();
    };
    if (wait === 0) this.#clock.turn(go);
    else this.#clock.timer(wait, () => this.#clock.turn(go));
  }

  #ready(): boolean {
    return (["ingresses", "ingressclasses", "services", "endpointslices", "secrets"] as const).every((r) => this.#informers.of(r).synced);
  }

  #decide(): void {
    const informers = this.#informers;
    const warned = new Set<string>();
    const model = modelOf({
      ingresses: [...informers.of("ingresses").list()].filter((i) => this.#ours(i)),
      service: (key) => informers.of("services").get(key),
      slices: (key) => informers.of("endpointslices").by(BY_SERVICE, key),
      certificate: (key) => this.#certificate(key),
      warn: (place, text) => {
        if (!this.#warned.has(text)) this.#settings.log("W", place, text);
        warned.add(text);
      },
    });
    this.#warned = warned;
    this.#settings.changed(model);
  }

  /** What a Secret has to show (ingress-nginx: backend_ssl.go getPemCertificate). */
  #certificate(key: string): IngressSecret | string {
    const secret = this.#informers.of("secrets").get(key);
    if (!secret) return `local SSL certificate ${key} was not found`;
    const of = (name: string): string => {
      const bytes = base64Decode(secret.data?.[name] ?? "");
      return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
    };
    const [certificate, privateKey] = [of("tls.crt"), of("tls.key")];
    if (certificate === "" || privateKey === "") return `local SSL certificate ${key} was not found`;
    const problem = keyPairProblem(certificate, privateKey);
    if (problem !== undefined) return `unexpected error creating SSL Cert: ${problem}`;
    const tls = this.#tls;
    return {
      pem: `${certificate.trimEnd()}\n${privateKey.trimEnd()}\n`,
      isFor: (host) => {
        const [leaf] = tls?.certificates(certificate) ?? [];
        return tls !== undefined && leaf !== undefined && tls.isFor(leaf, host, { commonName: true });
      },
    };
  }

  /** Addresses are written at the next minute of this process, as upstream's ticker does: without anything new nothing ticks. */
  #writeStatus(causes: readonly Cause[]): void {
    this.#statusCauses = mergeCauses(this.#statusCauses, causes);
    if (this.#statusArmed || this.#stopped) return;
    this.#statusArmed = true;
    const passed = this.#clock.now() - this.#begun;
    const wait = passed === 0 ? 0 : Math.ceil(passed / STATUS_MS) * STATUS_MS - passed;
    this.#clock.timer(wait, () =>
      this.#clock.turn(() => {
        this.#statusArmed = false;
        const because = [timerCause("ingress status", this.#statusCauses)];
        this.#statusCauses = [];
        if (!this.#stopped) void this.#publish(because);
      }),
    );
  }

  async #publish(causes: readonly Cause[]): Promise<void> {
    const { log, publishService } = this.#settings;
    const service = this.#informers.of("services").get(publishService);
    const addresses: readonly IngressLoadBalancerIngress[] = (service?.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ({
      ...(ip !== undefined && { ip }),
      ...(hostname !== undefined && { hostname }),
    }));
    for (const ingress of this.#informers.of("ingresses").list()) {
      const now = ingress.status?.loadBalancer?.ingress ?? [];
      if (!this.#ours(ingress) || JSON.stringify(now) === JSON.stringify(addresses)) continue;
      const { namespace, name = "" } = ingress.metadata ?? {};
      log(
        "I",
        "status.go:304",
        `"updating Ingress status" namespace="${namespace}" ingress="${name}" currentValue=${JSON.stringify(now)} newValue=${JSON.stringify(addresses)}`,
      );
      const status = { loadBalancer: addresses.length > 0 ? { ingress: addresses } : {} };
      try {
        await this.#client.because(causes).update("ingresses", { ...ingress, status }, "status");
      } catch (error) {
        if (this.#stopped || isNotFound(error)) continue;
        log("W", "status.go:309", `error updating ingress rule: ${(error as Error).message}`);
      }
    }
  }

  /** nginx reads a new configuration: an event of this pod. */
  async #tellReload(): Promise<void> {
    const { namespace, pod } = this.#settings;
    const causes = this.#causes;
    this.#causes = [];
    try {
      const about = await this.#client.get("pods", namespace, pod);
      const message = "NGINX reload triggered due to a change in configuration";
      this.#events.event(about, "Normal", "RELOAD", message, this.#because(causes, about));
    } catch {
      // The pod has gone, or may not be looked at.
    }
  }
}

/** Whether what decides over routes is the same: its status is not. */
function sameSpec(a: Ingress | undefined, b: Ingress | undefined): boolean {
  return a?.spec === b?.spec && a?.metadata?.annotations === b?.metadata?.annotations;
}
