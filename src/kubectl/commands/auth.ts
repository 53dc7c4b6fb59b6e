import { type PolicyRule, ruleRows } from "../../api/index.ts";
import { authReconcile } from "./auth-reconcile.ts";
import { ApiFailure, CliError, Exit } from "../errors.ts";
import { allNamespacesFlag, printFlags } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { OBJECT_FORMATS, typedPrinterFor } from "../printers/printer.ts";
import { printRows } from "../printers/table.ts";
import { apiVersionOf, findType, type ResourceType } from "../rest/discovery.ts";
import type { Session } from "../rest/session.ts";
import type { Command, Invocation } from "../types.ts";

/** Verbs of paths that are no resources, and of those that are (k8s: auth/cani.go). */
const PATH_VERBS = new Set(["get", "put", "post", "head", "options", "delete", "patch", "*"]);
const VERBS = new Set(
  "get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest".split(" "),
);

const canI: Command = {
  name: "can-i",
  short: "Check whether an action is allowed",
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  arguments: "none",
  flags: {
    ...allNamespacesFlag,
    list: bool("If true, prints all allowed actions."),
    "no-headers": bool("If true, prints allowed actions without headers"),
    quiet: bool("If true, suppress output and just return the exit code.", "q"),
    subresource: str("SubResource such as pod/log or deployment/scale"),
  },
  async run(invocation) {
    const { args, flags, session } = invocation;
    const namespace = flags.bool("all-namespaces") ? "" : session.namespace;
    if (flags.bool("list")) {
      if (args.length > 0) throw new CliError("list option must be specified with no arguments");
      if (flags.bool("quiet") || flags.bool("all-namespaces") || flags.string("subresource"))
        throw new CliError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
      const review = (await session.object("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
        body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } },
      })) as {
        status?: { resourceRules?: readonly PolicyRule[]; nonResourceRules?: readonly PolicyRule[] };
      };
      const { resourceRules = [], nonResourceRules = [] } = review.status ?? {};
      const all = ruleRows([...resourceRules, ...nonResourceRules]);
      return invocation.out(
        printRows(flags.bool("no-headers") ? all : [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"], ...all]),
      );
    }
    const [verb, what] = args;
    if (!verb || !what || args.length > 2)
      throw new CliError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    if (what.startsWith("/") && flags.string("subresource")) throw new CliError("--subresource can not be used with NonResourceURL");
    const attributes = what.startsWith("/")
      ? { nonResourceAttributes: { path: what, verb } }
      : { resourceAttributes: await resourceAttributes(invocation, verb, what, namespace) };
    if (!(what.startsWith("/") ? PATH_VERBS : VERBS).has(verb)) await session.warn(`verb '${verb}' is not a known verb\n`);
    if (flags.bool("no-headers")) throw new CliError("--no-headers cannot be set without --list specified");
    const review = (await session.object("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: attributes },
    })) as { status?: { allowed?: boolean; reason?: string; evaluationError?: string } };
    const { allowed = false, reason, evaluationError } = review.status ?? {};
    if (!flags.bool("quiet"))
      await invocation.out(allowed ? "yes\n" : `no${reason ? ` - ${reason}` : ""}${evaluationError ? ` - ${evaluationError}` : ""}\n`);
    if (!allowed) throw new Exit(1);
  },
};

/** What has no type of its own and can be impersonated (k8s: auth/cani.go nonStandardResourceNames). */
const UNSERVED: ReadonlySet<string> = new Set(["users", "groups"]);

async function resourceAttributes({ flags, session }: Invocation, verb: string, what: string, namespace: string): Promise<object> {
  const [resource = "", name = ""] = what.split(/\/(.*)/s);
  let [group, plural] = ["", resource];
  if (resource !== "*") {
    try {
      const type = findType(await session.discovery(), resource);
      [group, plural] = [type.group, type.name];
      if (!type.namespaced && !flags.bool("all-namespaces") && (await mayDiscover(session, type)))
        await session.warn(`resource '${type.name}' is not namespace scoped${type.group ? ` in group '${type.group}'` : ""}\n`);
    } catch {
      const [first = "", rest] = resource.toLowerCase().split(/\.(.*)/s);
      if (!UNSERVED.has(resource))
        await session.warn(`the server doesn't have a resource type '${first}'${rest ? ` in group '${rest}'` : ""}\n`);
    }
  }
  const subresource = flags.string("subresource");
  return { namespace, verb, group, resource: plural, ...(subresource ? { subresource } : {}), ...(name ? { name } : {}) };
}

/** Where a type lives is asked as whoever one acts as, and not said where that one may not know. */
const mayDiscover = (session: Session, type: ResourceType): Promise<boolean> =>
  session.object("GET", type.group ? `/apis/${apiVersionOf(type)}` : `/api/${type.version}`).then(
    () => true,
    () => false,
  );

const whoami: Command = {
  name: "whoami",
  short: "Experimental: Check self subject attributes",
  usage: "",
  arguments: "none",
  flags: printFlags,
  async run(invocation) {
    const { flags, session, proc } = invocation;
    const review = (await session
      .object("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
        body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
      })
      .catch((error: unknown) => {
        const forbidden = error instanceof ApiFailure && error.code === 403;
        throw forbidden
          ? new CliError("the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it")
          : error;
      })) as {
      status?: { userInfo?: { username?: string; uid?: string; groups?: readonly string[]; extra?: Record<string, readonly string[]> } };
    };
    const printer = typedPrinterFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    if (printer) return invocation.out(printer(review));
    const { username, uid, groups, extra = {} } = review.status?.userInfo ?? {};
    const rows = [
      ["Username", username ?? ""],
      ...(uid ? [["UID", uid]] : []),
      ...(groups?.length ? [["Groups", `[${groups.join(" ")}]`]] : []),
      ...Object.keys(extra)
        .sort()
        .map((k) => [`Extra: ${k}`, `[${(extra[k] ?? []).join(" ")}]`]),
    ];
    await invocation.out(printRows([["ATTRIBUTE", "VALUE"], ...rows]));
  },
};

export const auth: Command = {
  name: "auth",
  group: "Troubleshooting and Debugging Commands",
  short: "Inspect authorization",
  usage: "[flags]",
  subcommands: [canI, authReconcile, whoami],
};
