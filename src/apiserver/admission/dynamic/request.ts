import type { Kind } from "../../../api/index.ts";
import { subresourceOf } from "../../subresources/index.ts";
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
    kind: shownKind(kind, sub),
    resource: resourceOf(kind),
    ...(sub === "" ? {} : { subResource: sub }),
    requestKind: shownKind(requested, sub),
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

/** What an object of a request is: of the resource's kind, or of a kind that a subresource has of its own. */
export function shownKind(
  { group, version, kind, plural, subresources }: Kind,
  subresource: string,
): Pick<Kind, "group" | "version" | "kind"> {
  const own = subresourceOf({ plural, subresources }, subresource)?.kind;
  return { group: own?.group ?? group, version: own?.version ?? version, kind: own?.kind ?? kind };
}
const resourceOf = ({ group, version, plural }: Kind): object => ({ group, version, resource: plural });

function optionsOf({ attributes: { operation, scope } }: Subject): object | null {
  const kind = OPTIONS[scope.verb];
  if (kind === undefined || operation === "CONNECT") return null;
  const { fieldManager, fieldValidation } = scope.options;
  return {
    kind,
    apiVersion: "meta.k8s.io/v1",
    ...(scope.dryRun ? { dryRun: ["All"] } : {}),
    ...(kind === "DeleteOptions" ? {} : { ...(fieldManager === "" ? {} : { fieldManager }), fieldValidation }),
  };
}
