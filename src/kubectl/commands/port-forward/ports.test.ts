import { expect, it } from "vitest";
import type { Pod, Service } from "../../../api/index.ts";
import { parsePorts, podPorts, servicePorts } from "./ports.ts";

const pod: Pod = {
  metadata: { name: "web" },
  spec: {
    containers: [
      {
        name: "c",
        ports: [
          { name: "http", containerPort: 8080 },
          { containerPort: 53, protocol: "UDP" },
        ],
      },
    ],
  },
};
const service = (more: object = {}): Service => ({
  metadata: { name: "web" },
  spec: {
    clusterIP: "10.96.0.7",
    ports: [
      { name: "front", port: 80, targetPort: "http" },
      { name: "raw", port: 81 },
    ],
    ...more,
  },
});

it.each([
  [["80"], ["80"]],
  [
    ["9000:http", "http"],
    ["9000:8080", "8080"],
  ],
])("pod ports %j lead to %j", (asked, ports) => expect(podPorts(asked, pod)).toEqual(ports));

it.each([
  [["9000:80"], ["9000:8080"]],
  [["80"], ["80:8080"]],
  [["front"], ["80:8080"]],
  [["81"], ["81"]],
])("service ports %j lead to %j", (asked, ports) => expect(servicePorts(asked, service(), pod)).toEqual(ports));
it("takes a headless service's ports as they are", () => expect(servicePorts(["80"], service({ clusterIP: "None" }), pod)).toEqual(["80"]));

it.each([
  [() => podPorts(["9000:nosuch"], pod), "Pod 'web' does not have a named port 'nosuch'"],
  [() => podPorts(["9000:"], pod), "remote port cannot be empty"],
  [() => podPorts(["53"], pod), "UDP protocol is not supported for 53"],
  [() => servicePorts(["99"], service(), pod), "Service web does not have a service port 99"],
  [() => servicePorts(["nosuch"], service(), pod), "Service 'web' does not have a named port 'nosuch'"],
  [() => parsePorts(["1:2:3"]), "invalid port format '1:2:3'"],
  [() => parsePorts(["80a:80"]), "error parsing local port '80a': strconv.ParseUint: parsing \"80a\": invalid syntax"],
  [() => parsePorts(["80:70000"]), "error parsing remote port '70000': strconv.ParseUint: parsing \"70000\": value out of range"],
  [() => parsePorts(["80:0"]), "remote port must be > 0"],
])("refuses, row %#", (ask, message) => expect(ask).toThrow(message));
it("lets the system choose", () => expect(parsePorts([":80"])).toEqual([{ local: 0, remote: 80 }]));
