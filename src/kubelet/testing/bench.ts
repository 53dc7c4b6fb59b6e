import type { Container, Pod, PodSpec } from "../../api/index.ts";
import { NetError, type NetworkStack, type Socket } from "../../network/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { createKubelet } from "../kubelet.ts";
import type { KubeletConfig, TokenFor } from "../types.ts";
import { FakeApi } from "./fake-client.ts";
import { FakeRuntime, type Behaviour } from "./fake-runtime.ts";

const EPOCH = 1_767_225_600_000;
/** What answers on a pod's ports: an HTTP status, or "open". */
type Ports = Map<string, number | "open">;

function fakeStack(ports: Ports): NetworkStack {
  return {
    ip: "192.0.2.10",
    async connect(ip, port) {
      const answer = ports.get(`${ip}:${port}`);
      if (answer === undefined) throw new NetError("ECONNREFUSED", "connection refused");
      let text: string | null = `HTTP/1.1 ${answer === "open" ? 200 : answer} X\r\nContent-Length: 0\r\n\r\n`;
      const socket: Socket = {
        id: 1,
        local: { ip: "192.0.2.10", port: 40000 },
        remote: { ip, port },
        async read() {
          const now = text === null ? null : new TextEncoder().encode(text);
          text = null;
          return now;
        },
        write: async () => {},
        end: () => {},
        destroy: () => {},
      };
      return socket;
    },
    // Nobody comes.
    listen: (port) => ({ id: port, port, accept: () => new Promise(() => {}), close: () => {} }),
    query: () => Promise.reject(new NetError("ECONNREFUSED", "connection refused")),
    bind: () => () => {},
    close: () => {},
  };
}

/** A kubelet on a fake machine and a fake API. */
export function testKubelet(
  images: Readonly<Record<string, Behaviour>>,
  more: { readonly config?: Partial<KubeletConfig>; readonly tokenFor?: TokenFor } = {},
) {
  const clock = testClock(EPOCH);
  const api = new FakeApi(clock);
  const runtime = new FakeRuntime(clock, images);
  const ports: Ports = new Map();
  const make = () =>
    createKubelet({
      nodeName: "node-1",
      machine: {
        cpu: "2",
        memory: "4Gi",
        pods: 110,
        addresses: [
          { type: "InternalIP", address: "192.0.2.10" },
          { type: "Hostname", address: "node-1" },
        ],
        osImage: "Timonel",
        kernelVersion: "6.12.0",
        containerRuntimeVersion: "containerd://2.1.0",
        architecture: "amd64",
        operatingSystem: "linux",
        machineID: "m",
        systemUUID: "s",
        bootID: "b",
      },
      client: api.client(),
      informers: api.informers(),
      recorder: api.recorder(),
      clock,
      random: createRandom(1),
      runtime,
      stack: fakeStack(ports),
      ...more,
    });
  const pod = (name: string): Pod | undefined => api.get("pods", `default/${name}`);
  return { clock, api, runtime, ports, make, pod };
}

export function makePod(name: string, containers: readonly Container[], spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid: `uid-${name}`, generation: 1 },
    spec: { nodeName: "node-1", restartPolicy: "Always", terminationGracePeriodSeconds: 30, ...spec, containers },
    status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }] },
  };
}
