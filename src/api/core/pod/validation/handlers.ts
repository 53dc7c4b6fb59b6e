import { field, isHTTPHeaderName, isValidPortName, isValidPortNumber } from "../../../../machinery/index.ts";
import type { Container, EphemeralContainer, HTTPGetAction, LifecycleHandler, Probe } from "../../../generated/types.ts";
import { checkNonNegative, invalidEach, type Errors } from "../../../checks.ts";

type Handler = LifecycleHandler & Pick<Probe, "grpc">;

/** k8s: ValidatePortNumOrName. */
export function checkPort(errors: Errors, path: string, port: number | string | undefined): void {
  if (typeof port === "string") invalidEach(errors, path, port, isValidPortName(port));
  else invalidEach(errors, path, port ?? 0, isValidPortNumber(port ?? 0));
}

function checkHttpGet(errors: Errors, path: string, action: HTTPGetAction): void {
  if (!action.path) errors.push(field.required(`${path}.path`));
  checkPort(errors, `${path}.port`, action.port);
  if (action.scheme !== "HTTP" && action.scheme !== "HTTPS")
    errors.push(field.notSupported(`${path}.scheme`, action.scheme ?? "", ["HTTP", "HTTPS"]));
  for (const header of action.httpHeaders ?? []) invalidEach(errors, `${path}.httpHeaders`, header.name, isHTTPHeaderName(header.name));
}

/** k8s: validateHandler. `grace` in seconds bounds a preStop's or postStart's sleep. */
function checkHandler(errors: Errors, path: string, handler: Handler, grace: number | undefined): void {
  let count = 0;
  const another = (key: string): boolean => {
    if (count > 0) {
      errors.push(field.forbidden(`${path}.${key}`, "may not specify more than 1 handler type"));
      return false;
    }
    count++;
    return true;
  };
  if (handler.exec && another("exec") && !handler.exec.command?.length) errors.push(field.required(`${path}.exec.command`));
  if (handler.httpGet && another("httpGet")) checkHttpGet(errors, `${path}.httpGet`, handler.httpGet);
  if (handler.tcpSocket && another("tcpSocket")) checkPort(errors, `${path}.tcpSocket.port`, handler.tcpSocket.port);
  if (handler.grpc && another("grpc")) invalidEach(errors, `${path}.grpc.port`, handler.grpc.port, isValidPortNumber(handler.grpc.port));
  if (handler.sleep && another("sleep") && grace !== undefined) {
    const { seconds } = handler.sleep;
    if (seconds < 0 || seconds > grace)
      errors.push(field.invalid(`${path}.sleep`, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`));
  }
  if (count === 0) errors.push(field.required(path, "must specify a handler type"));
}

/** k8s: validateLifecycle. */
export function checkLifecycle(errors: Errors, path: string, container: Container | EphemeralContainer, grace: number | undefined): void {
  const { postStart, preStop, stopSignal } = container.lifecycle ?? {};
  if (postStart) checkHandler(errors, `${path}.postStart`, postStart, grace);
  if (preStop) checkHandler(errors, `${path}.preStop`, preStop, grace);
  if (stopSignal !== undefined && !/^SIG[A-Z0-9+-]+$/.test(stopSignal))
    errors.push(field.invalid(`${path}.stopSignal`, stopSignal, "must be the name of a signal"));
}

type ProbeKind = "livenessProbe" | "readinessProbe" | "startupProbe";

/** k8s: validateLivenessProbe, validateReadinessProbe, validateStartupProbe. */
export function checkProbes(errors: Errors, path: string, container: Container): void {
  for (const kind of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = container[kind];
    if (probe !== undefined) checkProbe(errors, `${path}.${kind}`, probe, kind);
  }
}

function checkProbe(errors: Errors, path: string, probe: Probe, kind: ProbeKind): void {
  checkHandler(errors, path, probe, undefined);
  checkNonNegative(errors, `${path}.initialDelaySeconds`, probe.initialDelaySeconds);
  checkNonNegative(errors, `${path}.timeoutSeconds`, probe.timeoutSeconds);
  checkNonNegative(errors, `${path}.periodSeconds`, probe.periodSeconds);
  checkNonNegative(errors, `${path}.successThreshold`, probe.successThreshold);
  checkNonNegative(errors, `${path}.failureThreshold`, probe.failureThreshold);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(field.invalid(`${path}.terminationGracePeriodSeconds`, grace, "must be greater than 0"));
  if (kind === "readinessProbe") {
    if (grace !== undefined)
      errors.push(field.invalid(`${path}.terminationGracePeriodSeconds`, grace, "must not be set for readinessProbes"));
    return;
  }
  if (probe.successThreshold !== 1) errors.push(field.invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, "must be 1"));
}

const RESTART_POLICIES = ["Always", "Never", "OnFailure"];
const RULE_ACTIONS = ["Restart", "RestartAllContainers"];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;

/** A container's own restart policy, and rules by exit code (k8s: validateContainerRestartPolicy). */
export function checkRestartRules(
  errors: Errors,
  path: string,
  { restartPolicy: policy, restartPolicyRules: rules = [] }: Container,
): void {
  if (policy === undefined) {
    if (rules.length > 0) errors.push(field.required(`${path}.restartPolicy`, "must specify restartPolicy when restart rules are used"));
  } else if (!RESTART_POLICIES.includes(policy)) errors.push(field.notSupported(`${path}.restartPolicy`, policy, RESTART_POLICIES));
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.restartPolicyRules`, rules.length, MAX_RULES));
  for (const [i, { action, exitCodes }] of rules.entries()) {
    const at = `${path}.restartPolicyRules[${i}]`;
    if (!RULE_ACTIONS.includes(action)) errors.push(field.notSupported(`${at}.action`, action, RULE_ACTIONS));
    if (exitCodes === undefined) {
      errors.push(field.required(`${at}.exitCodes`, "must be specified"));
      continue;
    }
    const { operator, values = [] } = exitCodes;
    if (operator !== "In" && operator !== "NotIn") errors.push(field.notSupported(`${at}.exitCodes.operator`, operator, ["In", "NotIn"]));
    if (values.length > MAX_EXIT_CODES) errors.push(field.tooMany(`${at}.exitCodes.values`, values.length, MAX_EXIT_CODES));
  }
}
