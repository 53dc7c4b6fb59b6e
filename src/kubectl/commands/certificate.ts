import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from "../../api/index.ts";
import { CliError } from "../errors.ts";
import { fileFlags, printFlags } from "../flags/groups.ts";
import { bool } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { findType } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import type { Command, Invocation, Resource } from "../types.ts";
import { eachLiveObject } from "./each.ts";

type Csr = Resource & CertificateSigningRequest;

interface Verdict {
  readonly type: "Approved" | "Denied";
  readonly opposite: "Approved" | "Denied";
  readonly reason: string;
  readonly done: string;
  readonly command: string;
}

const APPROVE: Verdict = { type: "Approved", opposite: "Denied", reason: "KubectlApprove", done: "approved", command: "approve" };
const DENY: Verdict = { type: "Denied", opposite: "Approved", reason: "KubectlDeny", done: "denied", command: "deny" };

/** Undefined: it is decided so already (k8s: certificates.go addConditionIfNeeded). */
function decided(csr: Csr, { type, opposite, reason, command, done }: Verdict, force: boolean): Csr | undefined {
  const conditions: readonly Condition[] = csr.status?.conditions ?? [];
  if (conditions.some((c) => c.type === opposite))
    throw new CliError(`certificate signing request ${JSON.stringify(csr.metadata.name)} is already ${opposite}`);
  if (conditions.some((c) => c.type === type) && !force) return undefined;
  const message = `This CSR was ${done} by kubectl certificate ${command}.`;
  const others = conditions.filter((c) => c.type !== type);
  return { ...csr, status: { ...csr.status, conditions: [...others, { type, status: "True", reason, message }] } };
}

async function decide(invocation: Invocation, verdict: Verdict): Promise<void> {
  const { flags, session, proc, args } = invocation;
  if (args.length === 0 && flags.list("filename").length === 0 && !flags.string("kustomize"))
    throw new CliError("one or more CSRs must be specified as <name> or -f <filename>");
  const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
  const type = findType(await session.discovery(), "certificatesigningrequests");
  const named = args.length > 0 ? { ...invocation, args: ["certificatesigningrequests", ...args] } : invocation;
  const count = await eachLiveObject(named, {}, async (target, object) => {
    const wanted = decided(object as Csr, verdict, flags.bool("force"));
    const path = pathOf(type, undefined, target.name, "approval");
    const result = wanted ? ((await session.object("PUT", path, { body: wanted })) as Resource) : object;
    await invocation.out(printer ? printer(result) : operationLine(type, target.name, verdict.done));
  });
  if (count === 0) await proc.stdout.write("No resources found\n");
}

const command = (verdict: Verdict, short: string): Command => ({
  name: verdict.command,
  short,
  usage: "(-f FILENAME | NAME)",
  arguments: "none",
  flags: { ...fileFlags, ...printFlags, force: bool("Update the CSR even if it is already decided.") },
  run: (invocation) => decide(invocation, verdict),
});

export const certificate: Command = {
  name: "certificate",
  group: "Cluster Management Commands",
  short: "Modify certificate resources",
  usage: "SUBCOMMAND",
  subcommands: [command(APPROVE, "Approve a certificate signing request"), command(DENY, "Deny a certificate signing request")],
};
