import { expect, it } from "vitest";
import { loadTls, type Wire } from "../pki/index.ts";
import type { ContainerConfig } from "../runtime/index.ts";
import { computer } from "./testing/computer.ts";

/** Servers, each with a port that answers once it is up. */
const SERVERS: readonly (readonly [image: string, config: Partial<ContainerConfig>, port: number, speaks?: "https"])[] = [
  ["nginx:1.27", {}, 80],
  ["httpd:2.4", {}, 80],
  ["caddy:2", {}, 80],
  ["traefik/whoami:latest", {}, 80],
  ["hashicorp/http-echo:latest", { args: ["-text=hello"] }, 5678],
  ["stefanprodan/podinfo:latest", {}, 9898],
  ["prom/node-exporter:v1.9.1", {}, 9100],
  ["prom/prometheus:latest", {}, 9090],
  ["redis:7", {}, 6379],
  ["valkey/valkey:8", {}, 6379],
  ["mongo:7", {}, 27017],
  ["rabbitmq:4", {}, 5672],
  [
    "quay.io/coreos/etcd:v3.5.21",
    { command: ["etcd", "--listen-client-urls=http://0.0.0.0:2379", "--advertise-client-urls=http://127.0.0.1:2379"] },
    2379,
  ],
  ["mariadb:11", { env: { MARIADB_ROOT_PASSWORD: "x" } }, 3306],
  ["mysql:8", { env: { MYSQL_ROOT_PASSWORD: "x" } }, 3306],
  ["python:3.12", { command: ["python", "-m", "http.server"] }, 8000],
  [
    "python:3.12",
    {
      command: [
        "python",
        "-c",
        "import time, threading, http.server as h\nthreading.Thread(target=lambda: time.sleep(10**6)).start()\nh.HTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()",
      ],
    },
    8080,
  ],
  ["node:22", { command: ["node", "-e", "require('http').createServer((q, r) => r.end('hi')).listen(8080)"] }, 8080],
  ["registry:2", {}, 5000],
  ["registry.k8s.io/e2e-test-images/agnhost:2.63.0", { args: ["netexec"] }, 8080],
  [
    "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
    { args: ["netexec", "--tls-cert-file=/localhost.crt", "--tls-private-key-file=/localhost.key"] },
    8080,
    "https",
  ],
];
/** Shakes hands, asks, and stays: what was said is in the server's journal. */
async function asksSecurely(socket: Wire): Promise<boolean> {
  const stream = await (await loadTls()).connect(socket, {});
  await stream.write(new TextEncoder().encode("GET /hostname HTTP/1.1\r\nHost: a\r\n\r\n"));
  return new TextDecoder().decode((await stream.read()) ?? undefined).startsWith("HTTP/1.1 200");
}
/** Seconds between one look and the next: while it starts, between turns, long after. */
const STEPS = [0.01, 0.2, 1.3, 4, 9.6, 31];

it.each(SERVERS.map(([image, config, port, speaks]) => [image, config, port, speaks] as const))(
  "%s outlives being put away at any moment",
  async (image, config, port, speaks) => {
    const before = computer();
    const first = await before.run(image, config);
    const stored = [before.fabric, first.runtime].map(() => new Map<string, unknown>());
    const seen: string[] = [];
    const answers = (who: typeof before): Promise<boolean> =>
      who.soon(
        who.fabric
          .workstation()
          .connect(first.pod.ip, port)
          .then(
            (socket) => (speaks ? asksSecurely(socket) : (socket.destroy(), true)),
            () => false,
          ),
        10,
      );
    for (const step of STEPS) {
      await before.clock.advance(step * 1000);
      // Whoever was answered a moment ago may have left something behind.
      const answered = step > 1 && (await answers(before));
      for (const [i, part] of [before.fabric, first.runtime].entries())
        for (const [key, value] of part.drain()) {
          if (value === undefined) stored[i]?.delete(key);
          else stored[i]?.set(key, structuredClone(value));
        }
      const after = computer(before.clock.now(), structuredClone(stored[0]));
      const runtime = after.boot(image);
      await after.soon(Promise.resolve(runtime.restore(structuredClone(stored[1]) as Map<string, unknown>)), 30_000);
      const { state, message = "" } = runtime.status(first.id) ?? {};
      seen.push(`${state}${message}${answered && !(await answers(after)) ? ", and does not answer" : ""}`);
    }
    expect(await answers(before)).toBe(true);
    expect(seen).toEqual(STEPS.map(() => "running"));
  },
);
