/** JSON with sorted keys, indented by four spaces, escaped as Go's encoder does: what `-o json` prints. */
export function toJson(value: unknown): string {
  return `${escapeHtml(JSON.stringify(sorted(value), null, 4) ?? "null").replace(/: (\[\]|\{\})/g, ": $1")}\n`;
}

/** Compact, sorted: what the last-applied annotation holds. */
export const compactJson = (value: unknown): string => escapeHtml(JSON.stringify(sorted(value)) ?? "null");

/** Fields of what kubectl itself builds, in the order of the Go structs that it encodes them from. */
const STRUCT_ORDER =
  "kind apiVersion metadata name generateName namespace labels annotations immutable data binaryData spec replicas image command args minAvailable ingressClassName defaultBackend tls rules host http paths path pathType backend value globalDefault description disruptionsAllowed hostPort containerPort protocol port targetPort nodePort ports selector clusterIP type externalName template strategy env resources imagePullPolicy securityContext stdin stdinOnce tty containers restartPolicy dnsPolicy status".split(
    " ",
  );
const rank = (key: string): number => (STRUCT_ORDER.indexOf(key) + 1 || STRUCT_ORDER.length) + (key === "status" ? 1 : 0);

/** As `toJson`, of an object that never was unstructured: `kubectl create … --dry-run=client -o json`. */
export function toStructJson(value: unknown): string {
  const order = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(order);
    if (typeof v !== "object" || v === null) return v;
    return Object.fromEntries(
      Object.entries(v)
        .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
        .map(([k, one]) => [k, order(one)]),
    );
  };
  return `${escapeHtml(JSON.stringify(order(value), null, 4))}\n`;
}

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
