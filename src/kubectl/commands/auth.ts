import { type PolicyRule, ruleRows } from "../../api/index.ts";
import { authReconcile } from "./auth-reconcile.ts";
import { CliError, Exit } from "../errors.ts";
import { allNamespacesFlag, printFlags } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { OBJECT_FORMATS, typedPrinterFor } from "../printers/printer.ts";
import { printRows } from "../printers/table.ts";
import { findType } from "../rest/discovery.ts";
import type { Command } from "../types.ts";

/** What can be asked of a resource (k8s: auth/cani.go resourceVerbs). */
/** Verbs of paths that are no resources. */
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
    let attributes: object;
    if (what.startsWith("/")) attributes = { nonResourceAttributes: { path: what, verb } };
    else {
      const [resource = "", name = ""] = what.split("/");
      let group = "";
      let plural = resource;
      if (resource !== "*") {
        try {
          const type = findType(await session.discovery(), resource);
          [group, plural] = [type.group, type.name];
          if (!type.namespaced && !flags.bool("all-namespaces"))
            await session.warn(`resource '${type.name}' is not namespace scoped${type.group ? ` in group '${type.group}'` : ""}\n`);
        } catch {
          [plural = resource, group = ""] = resource.split(/\.(.*)/) as [string, string?];
          await session.warn(`the server doesn't have a resource type '${plural}'${group ? ` in group '${group}'` : ""}\n`);
        }
      }
      attributes = {
        resourceAttributes: {
          namespace,
          verb,
          group,
          resource: plural,
          ...(flags.string("subresource") ? { subresource: flags.string("subresource") } : {}),
          ...(name ? { name } : {}),
        },
      };
    }
    if (!(what.startsWith("/") ? PATH_VERBS : VERBS).has(verb)) await session.warn(`verb '${verb}' is not a known verb\n`);
    const review = (await session.object("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: attributes },
    })) as { status?: { allowed?: boolean; reason?: string; evaluationError?: string } };
    const { allowed = false, reason, evaluationError } = review.status ?? {};
    if (!flags.bool("quiet"))
      await invocation.out(allowed ? "yes\n" : `no${reason ? ` - ${reason}` : ""}${evaluationError ? ` - ${evaluationError}` : ""}\n`);
    if (!allowed) throw new Exit(1);
  },
};

const whoami: Command = {
  name: "whoami",
  short: "Experimental: Check self subject attributes",
  usage: "",
  arguments: "none",
  flags: printFlags,
  async run(invocation) {
    const { flags, session, proc } = invocation;
    const review = (await session.object("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
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
