import { base64Text } from "../../machinery/index.ts";

type Json = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** An object under review, as far as the handlers look at it. */
interface Reviewed {
  readonly metadata?: { readonly name?: string; readonly labels?: Texts };
  readonly data?: Texts;
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly stdin?: boolean;
  readonly container?: string;
}

interface Request {
  readonly uid: string;
  readonly name?: string;
  readonly operation: string;
  readonly object: Reviewed | null;
  readonly oldObject: Reviewed | null;
}

interface Response {
  readonly allowed: boolean;
  readonly status?: { readonly message?: string; readonly reason?: string };
  readonly patch?: string;
  readonly patchType?: "JSONPatch";
}

/** What a handler may do besides: wait, or know what the command line said. */
export interface Around {
  readonly sleep: (ms: number) => Promise<void>;
  readonly sidecarImage: string;
}

type Handler = (request: Request, around: Around) => Response | Promise<Response>;

const ALLOWED: Response = { allowed: true };
const denied = (message: string): Response => ({ allowed: false, status: { message } });
const because = (reason: string): Response => ({ allowed: false, status: { reason } });
const patch = (...operations: readonly object[]): Response => ({
  allowed: true,
  patchType: "JSONPatch",
  patch: base64Text(JSON.stringify(operations)),
});

const FIVE_SECONDS = 5000;
/** Nobody waits longer for an answer. */
const FOREVER = 1e12;
const TEST = "webhook-e2e-test";

async function pods({ object }: Request, { sleep }: Around): Promise<Response> {
  const label = object?.metadata?.labels?.[TEST];
  const words: string[] = [];
  if (label === "webhook-disallow") words.push("the pod contains unwanted label;");
  if (label === "wait-forever") await sleep(FOREVER);
  for (const { name } of object?.spec?.containers ?? [])
    if (name.includes("webhook-disallow")) words.push("the pod contains unwanted container name;");
  return words.length === 0 ? ALLOWED : denied(words.join(" "));
}

/** Data that says it is unwanted, or must stay. */
const guardedData =
  (unwanted: string, kept: string): Handler =>
  ({ operation, object, oldObject }) => {
    const value = (operation === "DELETE" ? oldObject : object)?.data?.[TEST];
    if (value === "webhook-disallow" && (operation === "CREATE" || operation === "UPDATE")) return because(unwanted);
    return value === "webhook-nondeletable" && operation === "DELETE" ? because(kept) : ALLOWED;
  };

const stages: Handler = ({ object }) => {
  const stage = (n: number) => patch({ op: "add", path: `/data/mutation-stage-${n}`, value: "yes" });
  if (object?.data?.["mutation-stage-1"] === "yes") return stage(2);
  return object?.data?.["mutation-start"] === "yes" ? stage(1) : ALLOWED;
};

const addLabel: Handler = ({ object }) => {
  const labels = object?.metadata?.labels ?? {};
  if (Object.keys(labels).length === 0) return patch({ op: "add", path: "/metadata/labels", value: { "added-label": "yes" } });
  const op = "added-label" in labels ? "replace" : "add";
  return labels["added-label"] === "yes" ? ALLOWED : patch({ op, path: "/metadata/labels/added-label", value: "yes" });
};

const CONFIG_MAP = "the configmap";
const CUSTOM = "the custom resource";
const KEPT = "cannot be deleted because it contains unwanted key and value";

/** agnhost's webhook, by path (test/images/agnhost/webhook). */
export const webhookHandlers: Readonly<Record<string, Handler>> = {
  "/always-allow-delay-5s": async (_, { sleep }) => {
    await sleep(FIVE_SECONDS);
    return ALLOWED;
  },
  "/always-deny": () => denied("this webhook denies all requests"),
  "/add-label": addLabel,
  "/pods": pods,
  "/pods/attach": ({ name, object }) =>
    name === "to-be-attached-pod" && object?.stdin && object.container === "container1"
      ? denied("attaching to pod 'to-be-attached-pod' is not allowed")
      : ALLOWED,
  "/mutating-pods": ({ object }) => {
    const name = "webhook-added-init-container";
    const due = object?.metadata?.name === "webhook-to-be-mutated" && !object.spec?.initContainers?.some((c) => c.name === name);
    return due
      ? patch({ op: "add", path: "/spec/initContainers", value: [{ image: "webhook-added-image", name, resources: {} }] })
      : ALLOWED;
  },
  "/mutating-pods-sidecar": ({ object }, { sidecarImage }) => {
    const name = "webhook-added-sidecar";
    if (sidecarImage === "") return denied("No image specified by the sidecar-image parameter");
    const there = object?.spec?.containers?.some((c) => c.name === name);
    return there ? ALLOWED : patch({ op: "add", path: "/spec/containers/-", value: { image: sidecarImage, name, resources: {} } });
  },
  "/configmaps": guardedData(`${CONFIG_MAP} contains unwanted key and value`, `${CONFIG_MAP} ${KEPT}`),
  "/mutating-configmaps": stages,
  "/custom-resource": guardedData(`${CUSTOM} contains unwanted data`, `${CUSTOM} ${KEPT}`),
  "/mutating-custom-resource": stages,
  "/crd": ({ object }) => (object?.metadata?.labels?.[TEST] === "webhook-disallow" ? denied("the crd contains unwanted label") : ALLOWED),
};

/** The answer to an AdmissionReview; a text: why it could not be read. */
export async function review(body: string, handler: Handler, around: Around): Promise<object | string> {
  let asked: Json;
  try {
    asked = JSON.parse(body) as Json;
  } catch (error) {
    return `Request could not be decoded: ${(error as Error).message}`;
  }
  const { apiVersion, kind } = asked;
  if (kind !== "AdmissionReview" || (apiVersion !== "admission.k8s.io/v1" && apiVersion !== "admission.k8s.io/v1beta1"))
    return `Unsupported group version kind: ${String(apiVersion)}, Kind=${String(kind)}`;
  const request = asked["request"] as Request;
  return { kind, apiVersion, response: { uid: request.uid, ...(await handler(request, around)) } };
}
