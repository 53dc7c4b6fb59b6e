import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { loadTls } from "../../pki/index.ts";
import { type Child, loadLater, type ProcessContext, type Program } from "../../runtime/index.ts";
import { goHeaders } from "../go-http.ts";
import { INGRESS_NGINX, type IngressLink, type IngressModel } from "../ingress-nginx.ts";
import { klog } from "../klog.ts";
import { keptFile, nextSignal, readIfThere, TOKEN_FILE } from "../process.ts";
import { HttpService } from "../serving.ts";
import { CERTIFICATES, FAKE_CERTIFICATE, KNOWN_ANNOTATIONS, nginxConf } from "./config.ts";

const CONF = "/etc/nginx/nginx.conf";
const tlsCode = loadLater(loadTls);
/** What the real one gives to nginx's Lua over HTTP: who answers, which changes often and needs no reload. */
const BACKENDS = "/etc/ingress-controller/backends.json";
const HEALTH_PORT = 10254;
const BEGIN_CPU_MS = 150;
const CHANGE_CPU_MS = 15;
const MEMORY = 48 * 1024 * 1024;
/** How long it stays when nginx has gone (ingress-nginx: --post-shutdown-grace-period). */
const LEAVE_MS = 10_000;

const BANNER = `-------------------------------------------------------------------------------
NGINX Ingress controller
  Release:       ${INGRESS_NGINX.release}
  Build:         ${INGRESS_NGINX.build}
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/${INGRESS_NGINX.nginx}

-------------------------------------------------------------------------------

`;

interface Saved {
  readonly nginx: number;
  /** Of the configuration that nginx has read. */
  readonly digest: string;
  readonly begun: number;
}

/** ingress-nginx's controller: writes what Ingresses ask for as nginx's configuration, and has nginx read it. */
export const ingressController =
  (link: IngressLink | undefined): Program =>
  async (proc) => {
    const log = klog(proc);
    if (!link || readIfThere(proc, TOKEN_FILE) === undefined) {
      await proc.stdout.write(BANNER);
      await log(
        "F",
        "main.go:79",
        '"Error while initiating a connection to the Kubernetes API server. unable to load in-cluster configuration"',
      );
      return 255;
    }
    return new Controller(proc, link).run();
  };

class Controller {
  readonly #proc: ProcessContext;
  readonly #link: IngressLink;
  readonly #log: ReturnType<typeof klog>;
  readonly #flags: ReadonlyMap<string, string>;
  readonly #health: HttpService;
  #nginx: Child | undefined;
  #digest = "";
  readonly #begun: number;
  #busy = 0;
  #ended = false;
  #wanted: IngressModel | undefined;
  #running: ReturnType<IngressLink["start"]> | undefined;

  constructor(proc: ProcessContext, link: IngressLink) {
    this.#proc = proc;
    this.#link = link;
    this.#log = klog(proc);
    this.#begun = (proc.restored as Saved | undefined)?.begun ?? proc.clock.now();
    this.#flags = new Map(
      proc.argv.slice(1).map((word) => {
        const [name = "", ...value] = word.replace(/^--/, "").split("=");
        return [name, value.length > 0 ? value.join("=") : "true"];
      }),
    );
    this.#health = new HttpService(
      ({ path }) => {
        const now = this.#proc.clock.now();
        if (path !== "/healthz") return { status: 404, headers: goHeaders(now), body: "404 page not found\n" };
        const well = this.#nginx !== undefined && this.#digest !== "";
        return { status: well ? 200 : 500, headers: goHeaders(now), body: well ? "ok" : "nginx has not been configured yet" };
      },
      { idle: () => this.#checkpoint() },
    );
  }

  async run(): Promise<number> {
    const proc = this.#proc;
    const saved = proc.restored as Saved | undefined;
    const stop = nextSignal(proc, ["TERM", "INT", "QUIT"]);
    const fresh = saved?.nginx === undefined;
    this.#busy++;
    if (fresh) await this.#begin();
    else {
      this.#digest = saved.digest;
      this.#nginx = proc.child(saved.nginx);
    }
    void this.#health.accept(await proc.net.listen(Number(this.#flags.get("healthz-port") ?? HEALTH_PORT)));
    this.#nginx ??= await proc.spawn({ argv: ["/usr/bin/nginx", "-c", CONF] });
    const { exited } = this.#nginx;
    const token = keptFile(proc, TOKEN_FILE, () => this.#checkpoint());
    this.#busy--;
    this.#checkpoint();
    const namespace = proc.env["POD_NAMESPACE"] ?? "ingress-nginx";
    this.#running = this.#link.start({
      controllerClass: this.#flags.get("controller-class") ?? "k8s.io/ingress-nginx",
      ingressClass: this.#flags.get("ingress-class") ?? "nginx",
      withoutClass: this.#flags.get("watch-ingress-without-class") === "true",
      publishService: this.#flags.get("publish-service") ?? "",
      namespace,
      pod: proc.env["POD_NAME"] ?? proc.hostname,
      resumed: !fresh,
      begun: this.#begun,
      token: () => token()?.trim() ?? "",
      log: (severity, place, text) => {
        if (!this.#ended) void this.#write(() => this.#log(severity, place, text));
      },
      changed: (model) => this.#changed(model),
    });
    proc.signal.addEventListener("abort", () => this.#running?.stop(), { once: true });
    const why = await Promise.race([stop, exited.then(() => "nginx" as const)]);
    this.#ended = true;
    this.#running.stop();
    if (why === "nginx") {
      await this.#log("E", "nginx.go:344", '"NGINX master process died"');
      return 1;
    }
    await this.#log("I", "sigterm.go:36", `"Received ${why === "QUIT" ? "SIGQUIT" : "SIGTERM"}, shutting down"`);
    await this.#log("I", "nginx.go:393", '"Shutting down controller queues"');
    await this.#log("I", "nginx.go:409", '"Stopping admission controller"');
    await this.#log("I", "nginx.go:417", '"Stopping NGINX process"');
    this.#nginx.kill("QUIT");
    await exited;
    await this.#log("I", "nginx.go:430", '"NGINX process has stopped"');
    await this.#log("I", "sigterm.go:44", `"Handled quit, delaying controller exit for ${LEAVE_MS / 1000} seconds"`);
    await proc.clock.sleep(LEAVE_MS);
    await this.#log("I", "sigterm.go:47", '"Exiting" code=0');
    return 0;
  }

  async #begin(): Promise<void> {
    const proc = this.#proc;
    await proc.stdout.write(BANNER);
    await proc.cpu(BEGIN_CPU_MS);
    proc.memory(MEMORY);
    const { env } = proc;
    await this.#log(
      "W",
      "client_config.go:667",
      "Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.",
    );
    const host = `https://${env["KUBERNETES_SERVICE_HOST"] ?? ""}:${env["KUBERNETES_SERVICE_PORT"] ?? ""}`;
    await this.#log("I", "main.go:205", `"Creating API client" host="${host}"`);
    const tls = await proc.code(tlsCode);
    const fake = tls.selfSigned({
      entropy: (length) => proc.random.bytes(length),
      subject: [
        ["O", "Acme Co"],
        ["CN", "Kubernetes Ingress Controller Fake Certificate"],
      ],
      dnsNames: ["ingress.local"],
      now: Math.floor(proc.clock.now() / 1000) * 1000,
      days: 365,
    });
    proc.fs.mkdir(CERTIFICATES, { recursive: true });
    proc.fs.writeFile(FAKE_CERTIFICATE, `${fake.certificate}${fake.key}`, { mode: 0o600 });
    await this.#log("I", "main.go:107", `"SSL fake certificate created" file="${FAKE_CERTIFICATE}"`);
    await this.#log("I", "nginx.go:273", '"Starting NGINX Ingress controller"');
    await this.#log("I", "nginx.go:319", '"Starting NGINX process"');
  }

  async #write(work: () => Promise<unknown>): Promise<void> {
    this.#busy++;
    await work();
    this.#busy--;
    this.#checkpoint();
  }

  /** The newest wins: one change is worked on at a time. */
  #changed(model: IngressModel): void {
    const idle = this.#wanted === undefined;
    this.#wanted = model;
    if (idle) void this.#write(() => this.#follow());
  }

  async #follow(): Promise<void> {
    while (this.#wanted !== undefined && !this.#ended) {
      const model = this.#wanted;
      await this.#apply(model);
      if (this.#wanted === model) this.#wanted = undefined;
    }
  }

  async #apply(model: IngressModel): Promise<void> {
    const { fs } = this.#proc;
    const cpus = (readIfThere(this.#proc, "/proc/cpuinfo") ?? "").match(/^processor\s*:/gm)?.length ?? 1;
    const conf = nginxConf(model, cpus);
    const digest = bytesToHex(sha1(new TextEncoder().encode(conf)));
    fs.writeFile(BACKENDS, JSON.stringify(model.backends));
    if (digest === this.#digest) return;
    await this.#log("I", "controller.go:196", '"Configuration changes detected, backend reload required"');
    for (const { locations } of model.servers)
      for (const { annotations, ingress } of locations)
        for (const name of Object.keys(annotations))
          if (!KNOWN_ANNOTATIONS.has(name))
            await this.#log("W", "annotations.go:203", `the annotation "${name}" of Ingress "${ingress}" is not simulated by Timonel`);
    await this.#proc.cpu(CHANGE_CPU_MS);
    fs.writeFile(CONF, conf);
    for (const { certificate } of model.servers)
      if (certificate) fs.writeFile(`${CERTIFICATES}/${certificate.name}.pem`, certificate.pem, { mode: 0o600 });
    const test = await this.#proc.spawn({ argv: ["/usr/bin/nginx", "-c", CONF, "-t", "-q"] });
    if ((await test.exited).code !== 0) return this.#log("E", "queue.go:131", '"requeuing" err="exit status 1" key="initial-sync"');
    this.#digest = digest;
    this.#nginx?.kill("HUP");
    await this.#log("I", "controller.go:216", '"Backend successfully reloaded"');
    this.#running?.reloaded();
  }

  #checkpoint(): void {
    if (this.#busy > 0 || this.#health.open > 0 || this.#ended || !this.#nginx) return;
    const saved: Saved = { nginx: this.#nginx.pid, digest: this.#digest, begun: this.#begun };
    this.#proc.checkpoint(saved);
  }
}
