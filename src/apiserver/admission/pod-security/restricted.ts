import type { Volume } from "../../../api/index.ts";
import { isSeccompType, procMount, seccompSaid } from "./baseline.ts";
import type { Check, CheckPod } from "./types.ts";
import { type AnyContainer, containersOf, named, namesOf, plural, quoted, setters, sorted } from "./words.ts";

/** From 1.25 on; validation has seen to it that such a pod sets nothing of the kind. */
const unlessWindows =
  (check: CheckPod): CheckPod =>
  (spec, annotations) =>
    spec.os?.name === "windows" ? undefined : check(spec, annotations);

/** From 1.35 on: root in a user namespace is nobody outside. */
const unlessOwnUsers =
  (check: CheckPod): CheckPod =>
  (spec, annotations) =>
    spec.hostUsers === false ? undefined : check(spec, annotations);

const allowPrivilegeEscalation: CheckPod = (spec) => {
  const bad = namesOf(spec, (c) => c.securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  const detail = `${named("container", bad)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: "allowPrivilegeEscalation != false", detail };
};

const capabilities: CheckPod = (spec) => {
  const added = (c: AnyContainer): readonly string[] =>
    c.securityContext?.capabilities?.add?.filter((name) => name !== "NET_BIND_SERVICE") ?? [];
  const keeping = namesOf(spec, (c) => !c.securityContext?.capabilities?.drop?.includes("ALL"));
  const adding = namesOf(spec, (c) => added(c).length > 0);
  const details = [
    ...(keeping.length > 0 ? [`${named("container", keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [
          `${named("container", adding)} must not include ${quoted(sorted(containersOf(spec).flatMap(added)))} in securityContext.capabilities.add`,
        ]
      : []),
  ];
  return details.length === 0 ? undefined : { reason: "unrestricted capabilities", detail: details.join("; ") };
};

const VOLUMES: ReadonlySet<string> = new Set([
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"],
]);
const typeOf = (volume: Volume): string => Object.keys(volume).find((key) => key !== "name") ?? "unknown";

const volumes: CheckPod = (spec) => {
  const bad = (spec.volumes ?? []).filter((volume) => !VOLUMES.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const names = bad.map((v) => v.name);
  const types = sorted(bad.map(typeOf));
  const verb = bad.length === 1 ? "uses" : "use";
  return {
    reason: "restricted volume types",
    detail: `${named("volume", names)} ${verb} ${plural("restricted volume type", types.length)} ${quoted(types)}`,
  };
};

const runAsNonRoot: CheckPod = (spec) => {
  const reason = "runAsNonRoot != true";
  const own = spec.securityContext?.runAsNonRoot;
  const who = setters(
    own === false,
    namesOf(spec, (c) => c.securityContext?.runAsNonRoot === false),
  );
  if (who !== "") return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = own ? [] : namesOf(spec, (c) => c.securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named("container", silent)} must set securityContext.runAsNonRoot=true` };
};

const runAsUser: CheckPod = (spec) => {
  const who = setters(
    spec.securityContext?.runAsUser === 0,
    namesOf(spec, (c) => c.securityContext?.runAsUser === 0),
  );
  return who === "" ? undefined : { reason: "runAsUser=0", detail: `${who} must not set runAsUser=0` };
};

const seccomp: CheckPod = (spec) => {
  const said = seccompSaid(spec);
  if (said !== undefined) return said;
  const silent = isSeccompType(spec.securityContext?.seccompProfile?.type)
    ? []
    : namesOf(spec, (c) => c.securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const detail = `pod or ${named("container", silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: "seccompProfile", detail };
};

/** By id, after those of the baseline; `instead`: which of those it makes superfluous. */
export const restricted: readonly Check[] = [
  {
    id: "allowPrivilegeEscalation",
    forms: [
      { since: 8, check: allowPrivilegeEscalation },
      { since: 25, check: unlessWindows(allowPrivilegeEscalation) },
    ],
  },
  {
    id: "capabilities_restricted",
    forms: [
      { since: 22, check: capabilities, instead: "capabilities_baseline" },
      { since: 25, check: unlessWindows(capabilities), instead: "capabilities_baseline" },
    ],
  },
  { id: "procMount_restricted", forms: [{ since: 35, check: procMount, instead: "procMount" }] },
  { id: "restrictedVolumes", forms: [{ since: 0, check: volumes, instead: "hostPathVolumes" }] },
  {
    id: "runAsNonRoot",
    forms: [
      { since: 0, check: runAsNonRoot },
      { since: 35, check: unlessOwnUsers(runAsNonRoot) },
    ],
  },
  {
    id: "runAsUser",
    forms: [
      { since: 23, check: runAsUser },
      { since: 35, check: unlessOwnUsers(runAsUser) },
    ],
  },
  {
    id: "seccompProfile_restricted",
    forms: [
      { since: 19, check: seccomp, instead: "seccompProfile_baseline" },
      { since: 25, check: unlessWindows(seccomp), instead: "seccompProfile_baseline" },
    ],
  },
];
