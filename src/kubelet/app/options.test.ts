import { describe, expect, it } from "vitest";
import { CommandFailed, kubeletServer } from "./options.ts";

const CONFIG = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {x509: {clientCAFile: /ca.crt}}
staticPodPath: /etc/kubernetes/manifests
maxPods: 5
syncFrequency: 0s
evictionHard: {memory.available: 1Gi}
cpuManagerPolicy: static
`;
const FILES: Readonly<Record<string, string>> = {
  "/config.yaml": CONFIG,
  "/ca.crt": "-----BEGIN CERTIFICATE-----\n",
  "/kubelet.conf": "clusters: [{cluster: {server: 'https://172.18.0.2:6443'}}]",
};

const start = (flags: string, files: Readonly<Record<string, string>> = {}) =>
  kubeletServer({
    argv: ["/usr/bin/kubelet", ...flags.split(" ").filter(Boolean)],
    read: (path) => ({ ...FILES, ...files })[path],
    runtimeAt: (endpoint) => endpoint === "unix:///run/containerd/containerd.sock",
  });
const refusal = (flags: string, files?: Readonly<Record<string, string>>): string => {
  try {
    start(flags, files);
    return "it starts";
  } catch (error) {
    if (error instanceof CommandFailed) return error.message;
    throw error;
  }
};
const load = (why: string): string =>
  `failed to load kubelet config file, path: /config.yaml, error: failed to load Kubelet config file /config.yaml, error ${why}`;

describe("a kubelet's command line and files", () => {
  it("are its settings, of which those that mean nothing here are named", () => {
    expect(start("--config=/config.yaml --kubeconfig /kubelet.conf --cluster-dns=10.96.0.11")).toEqual({
      config: { evictionHard: { "memory.available": "1Gi" }, clusterDNS: ["10.96.0.11"] },
      maxPods: 5,
      staticPodPath: "/etc/kubernetes/manifests",
      server: "https://172.18.0.2:6443",
      verbosity: 0,
      ignored: ["cpuManagerPolicy"],
    });
  });

  it.each([
    ["a flag it has not", "--config=/config.yaml --improve-speed", "failed to parse kubelet flag: unknown flag: --improve-speed"],
    ["a flag without its value", "--config", "failed to parse kubelet flag: flag needs an argument: --config"],
    [
      "no file",
      "--config=/none.yaml",
      load('failed to read kubelet config file "/none.yaml", error: open /none.yaml: no such file or directory').replaceAll(
        "/config.yaml",
        "/none.yaml",
      ),
    ],
    [
      "no kubeconfig",
      "--config=/config.yaml --bootstrap-kubeconfig=/b --kubeconfig=/k",
      "failed to run Kubelet: unable to load bootstrap kubeconfig: stat /b: no such file or directory",
    ],
    [
      "a runtime that is not there",
      "--config=/config.yaml --container-runtime-endpoint=unix:///run/x.sock",
      'failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/x.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/x.sock: connect: no such file or directory"',
    ],
  ])("keep it from starting: %s", (_, flags, why) => {
    expect(refusal(flags)).toBe(why);
  });

  it.each([
    [
      "another's authority",
      CONFIG.replace("/ca.crt", "/x.crt"),
      "failed to construct kubelet dependencies: unable to load client CA file /x.crt: open /x.crt: no such file or directory",
    ],
    [
      "YAML that is none",
      "kind: KubeletConfiguration\n  apiVersion: x\n",
      load("failed to decode: yaml: line 2: mapping values are not allowed in this context"),
    ],
    [
      "text for a number",
      CONFIG.replace("maxPods: 5", "maxPods: many"),
      load("failed to decode: json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32"),
    ],
    [
      "another kind",
      CONFIG.replace("kind: Kubelet", "kind: Kublet"),
      load(
        'failed to decode: no kind "KubletConfiguration" is registered for version "kubelet.config.k8s.io/v1beta1" in scheme "k8s.io/kubernetes/pkg/kubelet/apis/config/scheme/scheme.go:33"',
      ),
    ],
    ["nothing", "", load('kubelet config file "/config.yaml" was empty')],
  ])("keep it from starting where its file has %s", (_, text, why) => {
    expect(refusal("--config=/config.yaml", { "/config.yaml": text })).toBe(why);
  });
});
