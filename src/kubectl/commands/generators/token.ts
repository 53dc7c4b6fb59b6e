import { CliError, usageError } from "../../errors.ts";
import { printFlags } from "../../flags/groups.ts";
import { array, duration, str } from "../../flags/parse.ts";
import { OBJECT_FORMATS, typedPrinterFor } from "../../printers/printer.ts";
import type { Command, Invocation, Resource } from "../../types.ts";

/** Kinds that a token may be bound to, with their API versions. */
const BOUND: Readonly<Record<string, string>> = { Node: "v1", Pod: "v1", Secret: "v1" };

function boundTo({ flags }: Invocation): object | undefined {
  const [kind, name, uid] = ["kind", "name", "uid"].map((part) => flags.string(`bound-object-${part}`)) as [string, string, string];
  if (kind === "") {
    if (name !== "") throw new CliError("--bound-object-name can only be set if --bound-object-kind is provided");
    if (uid !== "") throw new CliError("--bound-object-uid can only be set if --bound-object-kind is provided");
    return undefined;
  }
  const apiVersion = BOUND[kind];
  if (apiVersion === undefined) throw new CliError(`supported --bound-object-kind values are ${Object.keys(BOUND).join(", ")}`);
  if (name === "") throw new CliError("--bound-object-name is required if --bound-object-kind is provided");
  return { kind, apiVersion, name, ...(uid ? { uid } : {}) };
}

/** `kubectl create token` (k8s: create_token.go): prints a new token of a service account. */
export const token: Command = {
  name: "token",
  short: "Request a service account token",
  usage: "SERVICE_ACCOUNT_NAME",
  arguments: "serviceaccounts",
  flags: {
    ...printFlags,
    audience: array("Audience of the requested token. If unset, defaults to requesting a token for use with the Kubernetes API server."),
    "bound-object-kind": str("Kind of an object to bind the token to. Supported kinds are Node, Pod, Secret."),
    "bound-object-name": str("Name of an object to bind the token to."),
    "bound-object-uid": str("UID of an object to bind the token to. Requires --bound-object-kind and --bound-object-name."),
    duration: duration("Requested lifetime of the issued token. If not set or if set to 0, the lifetime will be determined by the server."),
  },
  async run(invocation) {
    const { args, flags, session, proc } = invocation;
    if (args.length !== 1) throw usageError(invocation.path, `exactly one NAME is required, got ${args.length}`);
    const [name = ""] = args;
    const bound = boundTo(invocation);
    const ms = flags.duration("duration");
    if (ms < 0) throw new CliError("--duration must be greater than or equal to 0");
    if (ms % 1000 !== 0) throw new CliError("--duration cannot be expressed in units less than seconds");
    const audiences = flags.list("audience");
    const spec = {
      ...(audiences.length > 0 ? { audiences } : {}),
      ...(bound ? { boundObjectRef: bound } : {}),
      ...(ms > 0 ? { expirationSeconds: ms / 1000 } : {}),
    };
    const path = `/api/v1/namespaces/${session.namespace}/serviceaccounts/${name}/token`;
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
    const answer = (await session.object("POST", path, { body }).catch((error: unknown) => {
      throw error instanceof Error ? new CliError(`failed to create token: ${error.message}`) : error;
    })) as Resource & { readonly status?: { readonly token?: string } };
    const printer = typedPrinterFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    // For a script it ends where it ends.
    const typed = { ...answer, spec: { boundObjectRef: null, ...(answer as { spec?: object }).spec } };
    await invocation.out(printer ? printer(typed) : `${answer.status?.token ?? ""}${proc.stdout.tty ? "\n" : ""}`);
  },
};
