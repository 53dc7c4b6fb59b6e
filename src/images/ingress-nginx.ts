import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { ALPINE } from "./layers.ts";

export const INGRESS_NGINX = { release: "v1.13.3", build: "93851f05e61d99eea49140c9be73499a3cb92ccc", nginx: "1.27.1" };

/** A place of a host where requests are passed on. */
export interface IngressLocation {
  readonly path: string;
  readonly type: "Exact" | "Prefix" | "ImplementationSpecific";
  /** `namespace/name` of the Ingress, and the Service it named. */
  readonly ingress: string;
  readonly service: string;
  readonly port: string;
  /** The name of what answers, in `backends`. */
  readonly backend: string;
  /** `nginx.ingress.kubernetes.io/` annotations without their prefix. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A Secret's certificate and key: its file is called `name`. */
export interface IngressCertificate {
  readonly name: string;
  readonly pem: string;
}

/** A host as nginx will serve it; `_` is every other one. */
export interface IngressServer {
  readonly host: string;
  readonly aliases: readonly string[];
  readonly tls: boolean;
  /** What it shows; undefined: the controller's own. */
  readonly certificate: IngressCertificate | undefined;
  readonly locations: readonly IngressLocation[];
}

/** Who takes a share of a backend's requests (ingress-nginx: canary annotations). */
export interface IngressCanary {
  readonly backend: string;
  readonly weight: number;
  readonly total: number;
  readonly header: string;
  readonly value: string;
}

/** A Service's endpoints: what changes without nginx being told to read anything anew. */
export interface IngressBackend {
  readonly servers: readonly string[];
  readonly canary?: IngressCanary;
}

/** What the Ingresses of a cluster come to. */
export interface IngressModel {
  readonly servers: readonly IngressServer[];
  readonly backends: Readonly<Record<string, IngressBackend>>;
}

export interface IngressSettings {
  readonly controllerClass: string;
  readonly ingressClass: string;
  readonly withoutClass: boolean;
  /** `namespace/name` of the Service whose addresses the Ingresses get. */
  readonly publishService: string;
  readonly namespace: string;
  readonly pod: string;
  /** It goes on where it was: what it finds at first is not new to it. */
  readonly resumed: boolean;
  /** When it began, before any reload. */
  readonly begun: number;
  /** The service account's token, as it is now. */
  readonly token: () => string;
  readonly log: (severity: "I" | "W" | "E", place: string, text: string) => void;
  /** What is to be served from now on. */
  readonly changed: (model: IngressModel) => void;
}

/** The controller's loop behind the process: the composition root joins it to the API server. */
export interface IngressLink {
  start(settings: IngressSettings): { readonly reloaded: () => void; readonly stop: () => void };
}

/** ingress-nginx's controller, with the nginx that it keeps configured. */
export const ingressNginxImage: LaterImage = {
  repository: "registry.k8s.io/ingress-nginx/controller",
  tags: [
    "v1.13.3",
    "v1.13.2",
    "v1.13.1",
    "v1.13.0",
    "v1.12.6",
    "v1.12.1",
    "v1.12.0",
    "v1.11.3",
    "v1.11.2",
    "v1.10.1",
    "v1.9.6",
    "v1.8.2",
    "v1.8.1",
  ],
  size: 105_000_000,
  base: ALPINE,
  load: async () => (await import("./ingress-nginx/contents.ts")).contents(),
};

export const ingressPrograms = (link: IngressLink | undefined): Readonly<Record<string, LaterProgram>> => ({
  "nginx-ingress-controller": loadLater(async () => (await import("./ingress-nginx/main.ts")).ingressController(link)),
  "dumb-init": loadLater(async () => (await import("./ingress-nginx/helpers.ts")).dumbInit),
  "wait-shutdown": loadLater(async () => (await import("./ingress-nginx/helpers.ts")).waitShutdown),
});
