import { fieldErrorMessage, fieldErrorText, goQuote, type FieldError } from "./fields.ts";

/** metav1.StatusCause. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** metav1.StatusDetails. `kind` is a resource or a kind, as upstream fills it. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** metav1.Status: what the API answers when there is no object to answer with. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  /** HTTP status code. */
  readonly code?: number;
}

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** A refusal of the API; thrown by the API server and the client alike. Match on `reason`, never on the message. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? status.reason ?? "unknown");
    this.name = "StatusError";
    this.status = status;
  }
  get code(): number {
    return this.status.code ?? 500;
  }
  get reason(): string {
    return this.status.reason ?? "";
  }
}

/** The answer to a request that is done and has nothing to show, e.g. a deletion. */
export function successStatus(details?: StatusDetails, code?: number): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    ...(details === undefined ? {} : { details: compact(details) }),
    ...(code === undefined ? {} : { code }),
  };
}

export function failure(code: number, reason: string, message: string, details?: StatusDetails): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason === "" ? {} : { reason }),
    ...(details === undefined ? {} : { details: compact(details) }),
    code,
  });
}

/** Drops what Go's omitempty would; keeps upstream's order of fields. */
function compact(d: StatusDetails): StatusDetails {
  return {
    ...(d.name ? { name: d.name } : {}),
    ...(d.group ? { group: d.group } : {}),
    ...(d.kind ? { kind: d.kind } : {}),
    ...(d.uid ? { uid: d.uid } : {}),
    ...(d.causes !== undefined && d.causes.length > 0 ? { causes: d.causes } : {}),
    ...(d.retryAfterSeconds ? { retryAfterSeconds: d.retryAfterSeconds } : {}),
  };
}

/** `deployments.apps`, or `pods` in the core group (k8s: schema.GroupResource.String). */
export function groupResource(resource: string, group = ""): string {
  return group === "" ? resource : `${resource}.${group}`;
}

export const notFound = (resource: string, name: string, group = ""): StatusError =>
  failure(404, "NotFound", `${groupResource(resource, group)} ${goQuote(name)} not found`, {
    name,
    group,
    kind: resource,
  });

/** No path leads there. Outside the built-in group versions the API server says it in plain text, and clients put it into words. */
export class UnknownPath extends StatusError {}
/** No such path, resource or subresource at all: discovery's 404. */
export const resourceNotFound = (): StatusError =>
  new UnknownPath(failure(404, "NotFound", "the server could not find the requested resource", {}).status);

export const alreadyExists = (resource: string, name: string, group = ""): StatusError =>
  failure(409, "AlreadyExists", `${groupResource(resource, group)} ${goQuote(name)} already exists`, {
    name,
    group,
    kind: resource,
  });

export const generateNameConflict = (resource: string, name: string, group = "", retryAfterSeconds = 1): StatusError =>
  failure(
    409,
    "AlreadyExists",
    `${groupResource(resource, group)} ${goQuote(name)} already exists, the server was not able to generate a unique name for the object`,
    { name, group, kind: resource, retryAfterSeconds },
  );

/** k8s: registry/generic/registry OptimisticLockErrorMsg. */
export const optimisticLockMessage = "the object has been modified; please apply your changes to the latest version and try again";

export const conflict = (resource: string, name: string, group = "", message: string = optimisticLockMessage): StatusError =>
  failure(409, "Conflict", `Operation cannot be fulfilled on ${groupResource(resource, group)} ${goQuote(name)}: ${message}`, {
    name,
    group,
    kind: resource,
  });

/** Server-side apply's refusal; causes have reason `FieldManagerConflict`. */
export const applyConflict = (causes: readonly StatusCause[], message: string): StatusError =>
  failure(409, "Conflict", message, { causes });

/** 422 with one cause a field error. `kind` is `{group: "apps", kind: "Deployment"}`. */
export function invalid(kind: GroupKind, name: string, errors: readonly FieldError[]): StatusError {
  const causes = errors.map((e) => ({ reason: e.type, message: fieldErrorText(e), field: e.field }));
  const subject = `${groupResource(kind.kind, kind.group)} ${goQuote(name)} is invalid`;
  const message = errors.length === 0 ? subject : `${subject}: ${aggregate(errors.map(fieldErrorMessage))}`;
  return failure(422, "Invalid", message, { name, group: kind.group, kind: kind.kind, causes });
}

/** Several messages as one, repeats dropped: `[a, b]` (k8s: util/errors aggregate). */
export function aggregate(messages: readonly string[]): string {
  const unique = [...new Set(messages)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
}

export const badRequest = (message: string): StatusError => failure(400, "BadRequest", message);

export const unauthorized = (message = "Unauthorized"): StatusError => failure(401, "Unauthorized", message);

/** `pods "web" is forbidden: <why>`; without a name `pods is forbidden: <why>`, without either `forbidden: <why>`. */
export function forbidden(resource: string, name: string, why: string, group = ""): StatusError {
  const subject = groupResource(resource, group);
  const named = name === "" ? `${subject} is forbidden` : `${subject} ${goQuote(name)} is forbidden`;
  const message = name === "" && subject === "" ? `forbidden: ${why}` : `${named}: ${why}`;
  return failure(403, "Forbidden", message, { name, group, kind: resource });
}

/** What authorization looked at. */
export interface AccessAttributes {
  readonly user: string;
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** For requests that are not about a resource. */
  readonly path?: string;
}

/** `User "bob" cannot list resource "pods" in API group "" in the namespace "default"` (k8s: responsewriters forbiddenMessage). */
export function cannotMessage(a: AccessAttributes): string {
  const user = `User ${goQuote(a.user)} cannot ${a.verb}`;
  if (a.resource === undefined) return `${user} path ${goQuote(a.path ?? "")}`;
  const resource = a.subresource ? `${a.resource}/${a.subresource}` : a.resource;
  const scope = a.namespace ? `in the namespace ${goQuote(a.namespace)}` : "at the cluster scope";
  return `${user} resource ${goQuote(resource)} in API group ${goQuote(a.group ?? "")} ${scope}`;
}

/** Authorization's 403. `why` is what the authorizer said, often nothing. */
export function accessForbidden(a: AccessAttributes, why = ""): StatusError {
  const message = why === "" ? cannotMessage(a) : `${cannotMessage(a)}: ${why}`;
  return forbidden(a.resource ?? "", a.name ?? "", message, a.group ?? "");
}

export const methodNotSupported = (resource: string, action: string, group = ""): StatusError =>
  failure(405, "MethodNotAllowed", `${action} is not supported on resources of kind ${goQuote(groupResource(resource, group))}`, {
    group,
    kind: resource,
  });

export const gone = (message: string): StatusError => failure(410, "Gone", message);
export const resourceExpired = (message: string): StatusError => failure(410, "Expired", message);

export const timeout = (message: string, retryAfterSeconds = 0): StatusError =>
  failure(504, "Timeout", `Timeout: ${message}`, { retryAfterSeconds });

export const serverTimeout = (resource: string, operation: string, retryAfterSeconds = 0, group = ""): StatusError =>
  failure(
    500,
    "ServerTimeout",
    `The ${operation} operation against ${groupResource(resource, group)} could not be completed at this time, please try again.`,
    { name: operation, group, kind: resource, retryAfterSeconds },
  );

export const internalError = (message: string): StatusError =>
  failure(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });

export const requestEntityTooLarge = (message: string): StatusError =>
  failure(413, "RequestEntityTooLarge", `Request entity too large: ${message}`);

export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  failure(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );

export const notAcceptable = (accepted: readonly string[]): StatusError =>
  failure(406, "NotAcceptable", `only the following media types are accepted: ${accepted.join(", ")}`);

export const serviceUnavailable = (message: string): StatusError => failure(503, "ServiceUnavailable", message);

export const tooManyRequests = (message: string, retryAfterSeconds = 0): StatusError =>
  failure(429, "TooManyRequests", message, { retryAfterSeconds });

/** The client's and the proxy's reading of an answer that is no Status: reason and message by HTTP code. */
export function genericServerResponse(response: {
  readonly code: number;
  readonly verb: string;
  readonly resource?: string;
  readonly group?: string;
  readonly name?: string;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  /** The server's words become a cause of type UnexpectedServerResponse. */
  readonly unexpected?: boolean;
}): StatusError {
  const { code, resource = "", group = "", name = "", message = "" } = response;
  const [reason, words] = genericReason(code, response.verb, message);
  const what = [response.verb.toLowerCase(), groupResource(resource, group), name].filter((s) => s !== "").join(" ");
  const causes = response.unexpected === true ? [{ reason: "UnexpectedServerResponse", message }] : [];
  const retryAfterSeconds = response.retryAfterSeconds ?? 0;
  return failure(code, reason, resource === "" ? words : `${words} (${what})`, {
    name,
    group,
    kind: resource,
    causes,
    retryAfterSeconds,
  });
}

function genericReason(code: number, verb: string, message: string): readonly [reason: string, words: string] {
  const unfit = "the server was unable to respond with a content type that the client supports";
  switch (code) {
    case 400:
      return ["BadRequest", "the server rejected our request for an unknown reason"];
    case 401:
      return ["Unauthorized", "the server has asked for the client to provide credentials"];
    case 403:
      return ["Forbidden", message];
    case 404:
      return ["NotFound", "the server could not find the requested resource"];
    case 405:
      return ["MethodNotAllowed", "the server does not allow this method on the requested resource"];
    case 406:
      return ["NotAcceptable", message === "" || message === "unknown" ? unfit : message];
    case 409:
      return [verb === "POST" ? "AlreadyExists" : "Conflict", "the server reported a conflict"];
    case 415:
      return ["UnsupportedMediaType", message];
    case 422:
      return ["Invalid", "the server rejected our request due to an error in our request"];
    case 429:
      return ["TooManyRequests", "the server has received too many requests and has asked us to try again later"];
    case 503:
      return ["ServiceUnavailable", "the server is currently unable to handle the request"];
    case 504:
      return ["Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request"];
    default:
      return code >= 500
        ? ["InternalError", `an error on the server (${goQuote(message)}) has prevented the request from succeeding`]
        : ["", `the server responded with the status code ${code} but did not return more information`];
  }
}

/** The reason of a refusal; empty for anything else. */
export const reasonOf = (e: unknown): string => (e instanceof StatusError ? e.reason : "");

const is =
  (reason: string) =>
  (e: unknown): e is StatusError =>
    reasonOf(e) === reason;

export const isNotFound = is("NotFound");
export const isAlreadyExists = is("AlreadyExists");
export const isConflict = is("Conflict");
export const isInvalid = is("Invalid");
export const isForbidden = is("Forbidden");
export const isUnauthorized = is("Unauthorized");
export const isBadRequest = is("BadRequest");
export const isGone = is("Gone");
export const isResourceExpired = is("Expired");
export const isMethodNotSupported = is("MethodNotAllowed");
export const isTimeout = is("Timeout");
export const isServerTimeout = is("ServerTimeout");
export const isInternalError = is("InternalError");
export const isServiceUnavailable = is("ServiceUnavailable");
export const isTooManyRequests = is("TooManyRequests");
export const isStatusError = (e: unknown): e is StatusError => e instanceof StatusError;
