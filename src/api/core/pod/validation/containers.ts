import { field, isValidPortName, isValidPortNumber } from "../../../../machinery/index.ts";
import type { Container, ContainerPort, EphemeralContainer, PodSpec, VolumeMount } from "../../../generated/types.ts";
import { checkLabel, checkOneOf, invalidEach, type Errors } from "../../../checks.ts";
import { isSidecar } from "../sidecar.ts";
import { checkEnv, checkEnvFrom } from "./env.ts";
import { checkLifecycle, checkProbes, checkRestartRules } from "./handlers.ts";
import { checkLocalPath, hasBacksteps } from "./paths.ts";
import { checkResources } from "./resources.ts";
import { checkSecurityContext } from "./security.ts";

export interface PodFacts {
  readonly spec: PodSpec;
  readonly volumes: ReadonlySet<string>;
  readonly blockVolumes: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

/** k8s: validateContainers. */
export function checkContainers(errors: Errors, path: string, containers: readonly Container[] | undefined, facts: PodFacts): void {
  if (!containers?.length) return void errors.push(field.required(path));
  const names = new Set<string>();
  const grace = facts.spec.terminationGracePeriodSeconds;
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`;
    checkContainer(errors, at, container, facts);
    checkUniqueName(errors, at, container.name, names);
    if (container.lifecycle) checkLifecycle(errors, `${at}.lifecycle`, container, grace);
    checkProbes(errors, at, container);
    checkRestartRules(errors, at, container);
  }
  checkHostPorts(errors, path, containers);
}

/** k8s: validateInitContainers. Their names must differ from those of the regular ones too. */
export function checkInitContainers(errors: Errors, path: string, facts: PodFacts): void {
  const names = new Set(facts.spec.containers?.map((c) => c.name));
  const grace = facts.spec.terminationGracePeriodSeconds;
  for (const [i, container] of (facts.spec.initContainers ?? []).entries()) {
    const at = `${path}[${i}]`;
    checkContainer(errors, at, container, facts);
    checkRestartRules(errors, at, container);
    if (container.name) checkUniqueName(errors, at, container.name, names);
    checkHostPorts(errors, path, [container]);
    if (isSidecar(container)) {
      if (container.lifecycle) checkLifecycle(errors, `${at}.lifecycle`, container, grace);
      checkProbes(errors, at, container);
      continue;
    }
    for (const key of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) {
      if (container[key] !== undefined)
        errors.push(field.forbidden(`${at}.${key}`, "may not be set for init containers without restartPolicy=Always"));
    }
  }
}

const EPHEMERAL_FORBIDDEN = [
  ...["ports", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"],
] as readonly (keyof EphemeralContainer)[];

/** k8s: validateEphemeralContainers. */
export function checkEphemeralContainers(errors: Errors, path: string, facts: PodFacts): void {
  const { spec } = facts;
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.name);
  const names = new Set(others);
  const targets = new Set(others);
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}[${i}]`;
    const { targetContainerName, ...common } = container;
    checkContainer(errors, at, common as Container, facts);
    checkImagePadding(errors, `${at}.image`, container.image);
    checkUniqueName(errors, at, container.name, names);
    if (targetContainerName && !targets.has(targetContainerName))
      errors.push(field.notFound(`${at}.targetContainerName`, targetContainerName));
    checkForbiddenForEphemeral(errors, at, container);
  }
}

function checkForbiddenForEphemeral(errors: Errors, path: string, container: EphemeralContainer): void {
  for (const key of EPHEMERAL_FORBIDDEN) {
    const value = container[key];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0))
      errors.push(field.forbidden(`${path}.${key}`, "cannot be set for an Ephemeral Container"));
  }
  const { requests, limits } = container.resources ?? {};
  if (Object.keys(requests ?? {}).length + Object.keys(limits ?? {}).length > 0)
    errors.push(field.forbidden(`${path}.resources`, "cannot be set for an Ephemeral Container"));
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    if (mount.subPath) errors.push(field.forbidden(`${path}.volumeMounts[${i}].subPath`, "cannot be set for an Ephemeral Container"));
    if (mount.subPathExpr)
      errors.push(field.forbidden(`${path}.volumeMounts[${i}].subPathExpr`, "cannot be set for an Ephemeral Container"));
  }
}

function checkUniqueName(errors: Errors, path: string, name: string, names: Set<string>): void {
  if (names.has(name)) errors.push(field.duplicate(`${path}.name`, name));
  else names.add(name);
}

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];

/** k8s: validateContainerCommon. */
function checkContainer(errors: Errors, path: string, container: Container, facts: PodFacts): void {
  if (!container.name) errors.push(field.required(`${path}.name`));
  else checkLabel(errors, `${path}.name`, container.name);
  if (!container.image) errors.push(field.required(`${path}.image`));
  checkOneOf(errors, `${path}.terminationMessagePolicy`, container.terminationMessagePolicy, ["FallbackToLogsOnError", "File"]);
  if (container.ports) checkPorts(errors, `${path}.ports`, container.ports);
  if (container.env) checkEnv(errors, `${path}.env`, container.env);
  if (container.envFrom) checkEnvFrom(errors, `${path}.envFrom`, container.envFrom);
  checkMounts(errors, path, container, facts);
  checkOneOf(errors, `${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES);
  checkResources(errors, `${path}.resources`, container.resources, facts.claims);
  checkResizePolicy(errors, `${path}.resizePolicy`, container, facts.spec.restartPolicy);
  checkSecurityContext(errors, `${path}.securityContext`, container.securityContext, facts.spec.hostUsers);
}

/** Templates may say what they like: a pod is refused (k8s: validateContainerOnlyForPod). */
export function checkImagePadding(errors: Errors, path: string, image: string | undefined): void {
  if (image !== undefined && image !== image.trim())
    errors.push(field.invalid(path, image, "must not have leading or trailing whitespace"));
}

/** k8s: validateResizePolicy, which names no index but for repeats. */
function checkResizePolicy(errors: Errors, path: string, { resizePolicy }: Container, restartPolicy: string | undefined): void {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy: restart }] of (resizePolicy ?? []).entries()) {
    if (seen.has(resourceName)) errors.push(field.duplicate(`${path}[${i}]`, resourceName));
    seen.add(resourceName);
    checkOneOf(errors, path, resourceName, ["cpu", "memory"]);
    checkOneOf(errors, path, restart, ["NotRequired", "RestartContainer"]);
    if (restartPolicy === "Never" && restart !== "NotRequired")
      errors.push(field.invalid(path, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
  }
}

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** k8s: validateContainerPorts. */
function checkPorts(errors: Errors, path: string, ports: readonly ContainerPort[]): void {
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = `${path}[${i}]`;
    if (port.name) {
      const problems = isValidPortName(port.name);
      invalidEach(errors, `${at}.name`, port.name, problems);
      if (problems.length === 0) checkUniqueName(errors, at, port.name, names);
    }
    if (!port.containerPort) errors.push(field.required(`${at}.containerPort`));
    else invalidEach(errors, `${at}.containerPort`, port.containerPort, isValidPortNumber(port.containerPort));
    if (port.hostPort) invalidEach(errors, `${at}.hostPort`, port.hostPort, isValidPortNumber(port.hostPort));
    checkOneOf(errors, `${at}.protocol`, port.protocol, PROTOCOLS);
  }
}

/** k8s: checkHostPortConflicts. */
function checkHostPorts(errors: Errors, path: string, containers: readonly Container[]): void {
  let taken: Set<string> | undefined;
  for (const [i, container] of containers.entries()) {
    for (const [j, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort) continue;
      const text = `${port.protocol}/${port.hostIP ?? ""}/${port.hostPort}`;
      taken ??= new Set();
      if (taken.has(text)) errors.push(field.duplicate(`${path}[${i}].ports[${j}].hostPort`, text));
      else taken.add(text);
    }
  }
}

/** k8s: ValidateVolumeMounts and ValidateVolumeDevices. */
function checkMounts(errors: Errors, path: string, container: Container, facts: PodFacts): void {
  const points = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  const devices = container.volumeDevices ?? [];
  for (const [i, mount] of mounts.entries()) {
    const at = `${path}.volumeMounts[${i}]`;
    if (!mount.name) errors.push(field.required(`${at}.name`));
    if (!facts.volumes.has(mount.name)) errors.push(field.notFound(`${at}.name`, mount.name));
    if (!mount.mountPath) errors.push(field.required(`${at}.mountPath`));
    if (points.has(mount.mountPath)) errors.push(field.invalid(`${at}.mountPath`, mount.mountPath, "must be unique"));
    points.add(mount.mountPath);
    if (devices.some((d) => d.name === mount.name))
      errors.push(field.invalid(`${at}.name`, mount.name, "must not already exist in volumeDevices"));
    if (devices.some((d) => d.devicePath === mount.mountPath))
      errors.push(field.invalid(`${at}.mountPath`, mount.mountPath, "must not already exist as a path in volumeDevices"));
    checkMount(errors, `${path}.volumeMounts`, at, mount, container);
  }
  checkDevices(errors, `${path}.volumeDevices`, container, facts);
}

function checkDevices(errors: Errors, path: string, { volumeDevices = [], volumeMounts = [] }: Container, facts: PodFacts): void {
  const paths = new Set<string>();
  const names = new Set<string>();
  for (const [i, { name, devicePath }] of volumeDevices.entries()) {
    const at = `${path}[${i}]`;
    const wrong = (key: "name" | "devicePath", detail: string): void =>
      void errors.push(field.invalid(`${at}.${key}`, key === "name" ? name : devicePath, detail));
    if (!name) errors.push(field.required(`${at}.name`));
    if (names.has(name)) wrong("name", "must be unique");
    if (!facts.volumes.has(name)) errors.push(field.notFound(`${at}.name`, name));
    else if (!facts.blockVolumes.has(name))
      wrong("name", "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    if (!devicePath) errors.push(field.required(`${at}.devicePath`));
    if (paths.has(devicePath)) wrong("devicePath", "must be unique");
    if (hasBacksteps(devicePath)) wrong("devicePath", "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (volumeMounts.some((m) => m.name === name)) wrong("name", "must not already exist in volumeMounts");
    if (volumeMounts.some((m) => m.mountPath === devicePath)) wrong("devicePath", "must not already exist as a path in volumeMounts");
    if (name) names.add(name);
  }
}

/** `list` without an index is how upstream names what is wrong with a path or a mode. */
function checkMount(errors: Errors, list: string, path: string, mount: VolumeMount, container: Container): void {
  if (mount.subPath) checkLocalPath(errors, `${list}.subPath`, mount.subPath);
  if (mount.subPathExpr) {
    if (mount.subPath)
      errors.push(field.invalid(`${path}.subPathExpr`, mount.subPathExpr, "subPathExpr and subPath are mutually exclusive"));
    checkLocalPath(errors, `${list}.subPathExpr`, mount.subPathExpr);
  }
  const { mountPropagation: propagation, recursiveReadOnly: recursive } = mount;
  if (propagation !== undefined) {
    const supported = ["Bidirectional", "HostToContainer", "None"];
    if (!supported.includes(propagation)) errors.push(field.notSupported(`${list}.mountPropagation`, propagation, supported));
    if (propagation === "Bidirectional" && !container.securityContext?.privileged)
      errors.push(
        field.forbidden(`${list}.mountPropagation`, "Bidirectional mount propagation is available only to privileged containers"),
      );
  }
  if (recursive === undefined || recursive === "Disabled") return;
  const at = `${list}.recursiveReadOnly`;
  if (recursive !== "Enabled" && recursive !== "IfPossible")
    return void errors.push(field.notSupported(at, recursive, ["Disabled", "Enabled", "IfPossible"]));
  if (!mount.readOnly) errors.push(field.forbidden(at, "may only be specified when readOnly is true"));
  if (propagation !== undefined && propagation !== "None")
    errors.push(field.forbidden(at, "may only be specified when mountPropagation is None or not specified"));
}
