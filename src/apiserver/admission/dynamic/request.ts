import type { Kind } from "../../../api/index.ts";
import type { Subject } from "./match.ts";

const OPTIONS: Readonly<Record<string, string>> = {
  create: "CreateOptions",
  update: "UpdateOptions",
  patch: "UpdateOptions",
  delete: "DeleteOptions",
  deletecollection: "DeleteOptions",
};

/** AdmissionRequest without uid, object and oldObject: what webhooks are sent and expressions call `request` (k8s: CreateAdmissionRequest). */
export function admissionRequest(subject: Subject, kind: Kind): object {
  const { operation, scope } = subject.attributes;
  const { info, requested, user, dryRun } = scope;
  const sub = info.subresource;
  return {
    kind: kindOf(kind, sub),
    resource: resourceOf(kind),
    ...(sub === "" ? {} : { subResource: sub }),
    requestKind: kindOf(requested, sub),
    requestResource: resourceOf(requested),
    ...(sub === "" ? {} : { requestSubResource: sub }),
    ...(subject.name === "" ? {} : { name: subject.name }),
    ...(subject.namespace === "" ? {} : { namespace: subject.namespace }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      groups: user.groups,
      ...(user.extra ? { extra: user.extra } : {}),
    },
    dryRun,
    options: optionsOf(subject),
  };
}

/** Subresources that are of a kind of their own. */
const SUBRESOURCE_KINDS: Readonly<Record<string, readonly [group: string, kind: string]>> = {
  attach: ["", "PodAttachOptions"],
  binding: ["", "Binding"],
  eviction: ["policy", "Eviction"],
  exec: ["", "PodExecOptions"],
  portforward: ["", "PodPortForwardOptions"],
  proxy: ["", "PodProxyOptions"],
};

function kindOf({ group, version, kind }: Kind, subresource: string): object {
  const own = SUBRESOURCE_KINDS[subresource];
  return own ? { group: own[0], version: "v1", kind: own[1] } : { group, version, kind };
}
const resourceOf = ({ group, version, plural }: Kind): object => ({ group, version, resource: plural });

function optionsOf({ attributes: { scope } }: Subject): object | null {
  const kind = OPTIONS[scope.verb];
  if (kind === undefined) return null;
  const { fieldManager, fieldValidation } = scope.options;
  return {
    kind,
    apiVersion: "meta.k8s.io/v1",
    ...(scope.dryRun ? { dryRun: ["All"] } : {}),
    ...(kind === "DeleteOptions" ? {} : { ...(fieldManager === "" ? {} : { fieldManager }), fieldValidation }),
  };
}
