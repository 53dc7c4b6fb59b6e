import { describe, expect, it } from "vitest";
import type { NetworkPolicy, NetworkPolicySpec, Pod } from "../../api/index.ts";
import { type Flow, type Party, permits } from "./decide.ts";

const pod = (namespace: string, app: string): Pod => ({
  metadata: { namespace, name: app, labels: { app } },
  spec: { containers: [{ name: "c", ports: [{ name: "http", containerPort: 80 }] }] },
});
const at = (ip: string, of?: Pod, machine = "node-1"): Party => ({ ip, pod: of, machine });
const web = at("10.244.0.5", pod("front", "web"));
const other = at("10.244.0.6", pod("front", "other"), "node-2");
const api = at("10.244.1.7", pod("back", "api"), "node-2");
const node = at("172.18.0.4", undefined, "node-2");
const outside: Party = { ip: "192.0.2.9", pod: undefined, machine: undefined };

const back = (spec: NetworkPolicySpec, namespace = "back"): NetworkPolicy => ({ metadata: { name: "p", namespace }, spec });
const ingress = (...rules: NonNullable<NetworkPolicySpec["ingress"]>): NetworkPolicy =>
  back({ podSelector: {}, policyTypes: ["Ingress"], ingress: rules });
const egress = (...rules: NonNullable<NetworkPolicySpec["egress"]>): NetworkPolicy =>
  back({ podSelector: {}, policyTypes: ["Egress"], egress: rules }, "front");

const may = (policies: readonly NetworkPolicy[], from: Party, to: Party, port = 80, protocol: Flow["protocol"] = "TCP"): boolean =>
  permits(
    {
      policies: (namespace) => policies.filter(({ metadata }) => metadata?.namespace === namespace),
      namespaceLabels: (name) => ({ "kubernetes.io/metadata.name": name }),
    },
    { from, to, port, protocol },
  );
const front = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "front" } } };

// k8s: networking/v1 NetworkPolicySpec, NetworkPolicyPeer and NetworkPolicyPort say so.
describe("network policies", () => {
  it.each<[string, boolean, () => boolean]>([
    ["nobody is isolated without one", true, () => may([], web, api)],
    ["a policy of another namespace isolates nobody", true, () => may([ingress()], api, web)],
    ["one without rules lets nobody in", false, () => may([ingress()], web, api)],
    [
      "one that selects other pods does not",
      true,
      () => may([back({ podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"] })], web, api),
    ],
    ["an empty rule lets everybody in", true, () => may([ingress({})], outside, api)],
    ["who is isolated for what comes in may go out", true, () => may([ingress()], api, web)],
    ["policies add up", true, () => may([ingress(), ingress({ from: [front] })], web, api)],
    ["a pod's selector alone is for its own namespace", false, () => may([ingress({ from: [{ podSelector: {} }] })], web, api)],
    [
      "both selectors of one peer must fit",
      false,
      () => may([ingress({ from: [{ ...front, podSelector: { matchLabels: { app: "web" } } }] })], other, api),
    ],
    ["and do", true, () => may([ingress({ from: [{ ...front, podSelector: { matchLabels: { app: "web" } } }] })], web, api)],
    [
      "of two peers one is enough",
      true,
      () => may([ingress({ from: [front, { podSelector: { matchLabels: { app: "web" } } }] })], other, api),
    ],
    ["a block of addresses", true, () => may([ingress({ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] })], outside, api)],
    [
      "less what is excepted",
      false,
      () => may([ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["192.0.2.0/28"] } }] })], outside, api),
    ],
    ["of the other family", false, () => may([ingress({ from: [{ ipBlock: { cidr: "2001:db8::/32" } }] })], outside, api)],
    [
      "a node is nobody's peer by selector",
      false,
      () => may([ingress({ from: [{ namespaceSelector: {} }] })], { ...node, machine: "node-1" }, api),
    ],
    ["a pod's own node always comes in: it probes", true, () => may([ingress()], node, api)],
    ["another port", false, () => may([ingress({ ports: [{ port: 81, protocol: "TCP" }] })], web, api)],
    ["another protocol", false, () => may([ingress({ ports: [{ port: 80, protocol: "UDP" }] })], web, api)],
    ["a range of ports", true, () => may([ingress({ ports: [{ port: 70, endPort: 90, protocol: "TCP" }] })], web, api)],
    ["a port by its name on the pod that is reached", true, () => may([ingress({ ports: [{ port: "http", protocol: "TCP" }] })], web, api)],
    ["a name that it has not", false, () => may([ingress({ ports: [{ port: "admin", protocol: "TCP" }] })], web, api)],
    ["a protocol's every port", true, () => may([ingress({ ports: [{ protocol: "TCP" }] })], web, api, 4321)],
    ["a ping goes by a rule without ports", true, () => may([ingress({ from: [front] })], web, api, 0, "ICMP")],
    ["and by no other", false, () => may([ingress({ ports: [{ protocol: "TCP" }] })], web, api, 0, "ICMP")],
    ["nothing goes out", false, () => may([egress()], web, api)],
    ["to the pods of a namespace", true, () => may([egress({ to: [{ namespaceSelector: {} }] })], web, api)],
    ["not to addresses outside", false, () => may([egress({ to: [{ namespaceSelector: {} }] })], web, outside)],
    ["DNS alone", false, () => may([egress({ ports: [{ port: 53, protocol: "UDP" }] })], web, api)],
    ["both ends must agree", false, () => may([egress({}), ingress()], web, api)],
  ])("%s: %s", (_, expected, answer) => expect(answer()).toBe(expected));
});
