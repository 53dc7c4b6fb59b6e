import type { Kind } from "../../../api/index.ts";
import { completed, withManagers } from "../../registry/owners.ts";
import {
  badRequest,
  genericServerResponse,
  goJsonProblem,
  goQuote,
  type Status,
  StatusError,
  concatBytes,
} from "../../../machinery/index.ts";
import { annotate } from "../../observe/requests.ts";
import { EgressError, type HttpAnswer } from "../../types.ts";
import { inVersion, type Subject } from "./match.ts";
import { admissionRequest } from "./request.ts";
import type { Webhook } from "./registrations.ts";
import { targetOf } from "./webhook-target.ts";

/** A webhook could not be asked, or answered nonsense; its failurePolicy says what then. */
export class CallError extends Error {
  constructor(webhook: string, why: string) {
    super(`failed calling webhook ${goQuote(webhook)}: ${why}`);
  }
}

/** The `response` of an AdmissionReview. */
export interface Review {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: Partial<Status>;
  readonly patch?: string;
  readonly patchType?: string;
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}

const VERSIONS = ["v1", "v1beta1"];
const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_ANSWER = 3 * 1024 * 1024;
const encoder = new TextEncoder();

/** Asks a webhook about a request. Throws CallError, and StatusError for what it must not be asked in a dry run. */
export async function callWebhook(subject: Subject, webhook: Webhook, kind: Kind, mutating: boolean): Promise<Review> {
  const { scope } = subject.attributes;
  const fail = (why: string) => new CallError(webhook.name, why);
  if (scope.dryRun && webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun")
    throw badRequest(`admission webhook ${goQuote(webhook.name)} does not support dry run`);
  const version = webhook.admissionReviewVersions.find((one) => VERSIONS.includes(one));
  if (version === undefined)
    throw fail("could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)");
  const uid = scope.server.random.uuid();
  const answer = await exchange(subject, webhook, reviewOf(subject, kind, uid, `admission.k8s.io/${version}`), fail);
  const review = read(answer, { uid, version, mutating });
  if (typeof review === "string") throw fail(review);
  for (const [key, value] of Object.entries(review.auditAnnotations ?? {})) annotate(scope.record, `${webhook.name}/${key}`, value);
  scope.warnings.push(...(review.warnings ?? []));
  return review;
}

function reviewOf(subject: Subject, kind: Kind, uid: string, apiVersion: string): object {
  const { object, old, owners } = subject.attributes;
  const request = {
    uid,
    ...admissionRequest(subject, kind),
    object: inVersion(kind, object && withManagers(object, owners)) ?? null,
    oldObject: inVersion(kind, old && completed(old)) ?? null,
  };
  return { kind: "AdmissionReview", apiVersion, request };
}

/** The body of the answer. */
async function exchange(subject: Subject, webhook: Webhook, review: object, fail: (why: string) => CallError): Promise<Uint8Array> {
  const { server } = subject.attributes.scope;
  const seconds = webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const target = targetOf(webhook.clientConfig, seconds);
  const unreached = (why: string) => fail(`failed to call webhook: Post ${goQuote(target.url)}: ${why}`);
  const located = target.locate(server);
  if ("error" in located) throw unreached(located.error);
  const egress = server.egress();
  const address = `${located.place.ip}:${located.place.port}`;
  if (!egress) throw unreached(`dial tcp ${located.shown}: connect: no route to host`);
  // Who serves would show a certificate that nothing vouches for (decision 006).
  if (!webhook.clientConfig.caBundle) throw unreached("tls: failed to verify certificate: x509: certificate signed by unknown authority");
  const body = encoder.encode(JSON.stringify(review));
  const headers = [
    ["Accept", "application/json, */*"],
    ["Content-Type", "application/json"],
    ["User-Agent", "kube-apiserver-admission"],
  ] as const;
  try {
    const answer = await egress.http(
      located.place,
      { method: "POST", target: target.path, host: target.host, headers, body },
      seconds * 1000,
    );
    const bytes = await bytesOf(answer);
    if (answer.status < 200 || answer.status > 299) throw fail(`failed to call webhook: ${refusalText(answer.status, bytes)}`);
    return bytes;
  } catch (error) {
    if (error instanceof EgressError) throw unreached(error.message.replace(address, located.shown));
    throw error;
  }
}

async function bytesOf({ body }: HttpAnswer): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await body.read(); part !== null && size <= MAX_ANSWER; part = await body.read()) {
    parts.push(part);
    size += part.length;
  }
  body.cancel();
  return concatBytes(parts);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** As the client words an answer that is no success. */
function refusalText(code: number, bytes: Uint8Array): string {
  const status = jsonOf(bytes) as Partial<Status> | undefined;
  if (status?.kind === "Status" && status.message) return status.message;
  const message = new TextDecoder().decode(bytes).trim() || "unknown";
  return genericServerResponse({ code, verb: "POST", message }).message;
}

/** k8s: webhook/request VerifyAdmissionResponse. A text: what is wrong. */
function read(bytes: Uint8Array, asked: { readonly uid: string; readonly version: string; readonly mutating: boolean }): Review | string {
  const problem = goJsonProblem(bytes);
  if (problem !== undefined) return `failed to call webhook: couldn't get version/kind; json parse error: ${problem}`;
  const answer = jsonOf(bytes) as { readonly apiVersion?: string; readonly kind?: string; readonly response?: Review } | null;
  if (!answer?.kind) return `failed to call webhook: Object 'Kind' is missing in '${new TextDecoder().decode(bytes)}'`;
  const { response } = answer;
  const invalid = (why: string): string => `received invalid webhook response: ${why}`;
  if (!response) return invalid("webhook response was absent");
  if (asked.version !== "v1") return response.patch ? { ...response, patchType: "JSONPatch" } : response;
  if (response.uid !== asked.uid) return invalid(`expected response.uid=${goQuote(asked.uid)}, got ${goQuote(response.uid ?? "")}`);
  const wanted = "admission.k8s.io/v1, Kind=AdmissionReview";
  const given = `${answer.apiVersion ?? ""}, Kind=${answer.kind}`;
  if (given !== wanted) return invalid(`expected webhook response of ${wanted}, got ${given}`);
  if (!asked.mutating) {
    if (response.patch) return invalid("validating webhook may not return response.patch");
    if (response.patchType !== undefined) return invalid("validating webhook may not return response.patchType");
  } else if (response.patch && response.patchType === undefined)
    return invalid("webhook returned response.patch but not response.patchType");
  else if (!response.patch && response.patchType !== undefined)
    return invalid("webhook returned response.patchType but not response.patch");
  return response;
}

/** What a refusal becomes (k8s: webhook/errors ToStatusErr). */
export function denial(webhook: string, given: Partial<Status> = {}): StatusError {
  const denied = `admission webhook ${goQuote(webhook)} denied the request`;
  const why = given.message || given.reason;
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    ...(given.reason ? { reason: given.reason } : {}),
    ...(given.details ? { details: given.details } : {}),
    status: !given.status || given.status === "Success" ? "Failure" : given.status,
    message: why ? `${denied}: ${why}` : `${denied} without explanation`,
    code: (given.code ?? 0) < 400 ? 400 : (given.code as number),
  });
}
