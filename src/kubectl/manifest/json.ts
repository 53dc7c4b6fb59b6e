/** JSON with sorted keys, indented by four spaces, escaped as Go's encoder does: what `-o json` prints. */
export function toJson(value: unknown): string {
  return `${escapeHtml(JSON.stringify(sorted(value), null, 4) ?? "null").replace(/: (\[\]|\{\})/g, ": $1")}\n`;
}

/** Compact, sorted: what the last-applied annotation holds. */
export const compactJson = (value: unknown): string => escapeHtml(JSON.stringify(sorted(value)) ?? "null");

/** Fields of what kubectl itself builds, in the order of the Go structs that it encodes them from. */
const STRUCT_ORDER =
  "kind apiVersion metadata name generateName namespace labels annotations immutable data binaryData spec replicas image command args minAvailable maxUnavailable ingressClassName defaultBackend tls subjects roleRef verbs apiGroups resources resourceNames nonResourceURLs host http paths path pathType backend schedule jobTemplate scaleTargetRef minReplicas maxReplicas metrics hard scopes value globalDefault description preemptionPolicy disruptionsAllowed currentHealthy desiredHealthy expectedPods desiredReplicas currentMetrics hostPort containerPort protocol port targetPort nodePort ports selector clusterIP type externalName template strategy env resources imagePullPolicy securityContext stdin stdinOnce tty containers restartPolicy dnsPolicy status".split(
    " ",
  );
const rank = (key: string): number => (STRUCT_ORDER.indexOf(key) + 1 || STRUCT_ORDER.length) + (key === "status" ? 1 : 0);

/** As `toJson`, of an object that never was unstructured: `kubectl create … --dry-run=client -o json`. */
export const toStructJson = (value: unknown): string => `${escapeHtml(JSON.stringify(structOrder(value), null, 4))}\n`;

/** The same on one line: what the last-applied annotation of such an object holds. */
export const compactStructJson = (value: unknown): string => escapeHtml(JSON.stringify(structOrder(value)));

function structOrder(value: unknown, of = ""): unknown {
  if (Array.isArray(value)) return value.map((v) => structOrder(v, of));
  if (typeof value !== "object" || value === null) return value;
  // What a binding leads to is told apart by its group first; a rule's resources are not a container's; and maps are sorted by their keys.
  const order = (key: string): number =>
    of === "roleRef" && key === "apiGroup"
      ? -1
      : of === "containers" && key === "resources"
        ? rank("env") + 0.5
        : of === "scaleTargetRef" && key === "apiVersion"
          ? 99
          : MAPS.has(of)
            ? 0
            : rank(key);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1))
      .map(([k, one]) => [k, structOrder(one, k)]),
  );
}
const MAPS: ReadonlySet<string> = new Set([
  "labels",
  "annotations",
  "data",
  "binaryData",
  "matchLabels",
  "selector",
  "hard",
  "limits",
  "requests",
]);

export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  // Keys that look like numbers would be moved first by the engine; there is no such key to sort around in practice
  // except in ConfigMap data, whose order then follows the numbers.
  for (const key of Object.keys(map).sort()) if (map[key] !== undefined) out[key] = sorted(map[key]);
  return out;
}

const escapeHtml = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
