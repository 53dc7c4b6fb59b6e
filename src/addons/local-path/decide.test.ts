import { describe, expect, it } from "vitest";
import type { Node, PersistentVolumeClaim, StorageClass } from "../../api/index.ts";
import { basePath, readConfig } from "./config.ts";
import { helperPod, placeFor, placeOf, volumeFor } from "./decide.ts";

const OTHERS = "DEFAULT_PATH_FOR_NON_LISTED_NODES";
const config = readConfig({
  nodePathMap: [
    { node: OTHERS, paths: ["/opt/local-path-provisioner"] },
    { node: "node-2", paths: ["/data1/", "/data2"] },
    { node: "node-3", paths: [] },
  ],
});
const first = (): number => 0;
const node = (name: string): Node => ({ metadata: { name, labels: { "kubernetes.io/hostname": `host-${name}` } } });
const claim: PersistentVolumeClaim = {
  metadata: { name: "data", namespace: "shop", uid: "1234" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const standard: StorageClass = { metadata: { name: "standard" }, provisioner: "rancher.io/local-path", reclaimPolicy: "Delete" };

describe("where a directory is made", () => {
  it.each<[string, string | undefined, string]>([
    ["node-1", undefined, "/opt/local-path-provisioner"],
    ["node-2", undefined, "/data1"],
    ["node-2", "/data2", "/data2"],
  ])("on %s, asked for %s: %s", (name, asked, path) => expect(basePath(config.common, name, asked, first)).toBe(path));

  it.each<[string, () => unknown, string]>([
    ["a node without paths", () => basePath(config.common, "node-3", undefined, first), "no local path available on node node-3"],
    [
      "a path that is not there",
      () => basePath(config.common, "node-2", "/data3", first),
      "config doesn't contain path /data3 on node node-2",
    ],
    [
      "a node that is not listed",
      () => basePath(readConfig({ nodePathMap: [{ node: "a", paths: ["/x"] }] }).common, "b", undefined, first),
      `config doesn't contain node b, and no ${OTHERS} available`,
    ],
    ["the root", () => readConfig({ nodePathMap: [{ node: "a", paths: ["//"] }] }), "cannot use root ('/') as path on node a"],
    ["a relative path", () => readConfig({ nodePathMap: [{ node: "a", paths: ["x"] }] }), "path must start with / for path x on node a"],
    ["a claim of many writers", () => place({ spec: { accessModes: ["ReadWriteMany"] } }), "NodePath only supports ReadWriteOnce"],
    ["a claim with a selector", () => place({ spec: { selector: {} } }), "claim.Spec.Selector is not supported"],
    [
      "a claim without a node",
      () => placeFor(claim, standard, config.common, undefined, first),
      "configuration error, no node was specified",
    ],
    [
      "a class with a pattern",
      () => placeFor(claim, { ...standard, parameters: { pathPattern: "x" } }, config.common, node("node-1"), first),
      "parameter pathPattern: not simulated yet in Timonel",
    ],
  ])("not for %s", (_what, fn, why) => expect(fn).toThrow(why));

  const place = (given: PersistentVolumeClaim) => placeFor({ ...claim, ...given }, standard, config.common, node("node-1"), first);
});

it("the volume is a directory of its node, of the kind that the claim asks for", () => {
  const place = placeFor(claim, standard, config.common, node("node-2"), first);
  const { spec, metadata } = volumeFor(claim, standard, place);
  expect(metadata?.name).toBe("pvc-1234");
  expect(spec).toMatchObject({
    hostPath: { path: "/data1/pvc-1234_shop_data", type: "DirectoryOrCreate" },
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["host-node-2"] }] }] },
    },
  });
  const local = { ...claim, metadata: { ...claim.metadata, annotations: { volumeType: "local" } } };
  expect(volumeFor(local, standard, place).spec).toMatchObject({ local: { path: "/data1/pvc-1234_shop_data" } });
  expect(() => volumeFor({ ...local, metadata: { annotations: { volumeType: "nfs" } } }, standard, place)).toThrow(
    'failed to create persistent volume source: "nfs" is not a recognised volume type',
  );
  expect(placeOf(volumeFor(claim, standard, place), config.common)).toEqual({ path: "/data1/pvc-1234_shop_data", node: "host-node-2" });
});

it("a shared file system needs no node", () => {
  const shared = readConfig({ sharedFileSystemPath: "/shared" }).common;
  const place = placeFor({ ...claim, spec: { ...claim.spec, accessModes: ["ReadWriteMany"] } }, standard, shared, node("node-1"), first);
  expect(place).toEqual({ node: undefined, path: "/shared/pvc-1234_shop_data" });
  expect(volumeFor(claim, standard, place).spec?.nodeAffinity).toBeUndefined();
});

it("the helper pod runs the script beside the directory", () => {
  const template = { metadata: { name: "helper-pod" }, spec: { containers: [{ name: "helper-pod", image: "busybox" }] } };
  const helper = { template, config, namespace: "local-path-storage", serviceAccount: "sa", configMap: "local-path-config" };
  const errand = {
    action: "create",
    volume: "pvc-1234",
    path: "/data1/pvc-1234",
    node: "node-2",
    mode: "Filesystem",
    size: "1Gi",
  } as const;
  const pod = helperPod(errand, helper);
  expect(pod.metadata).toEqual({ name: "helper-pod-create-pvc-1234", namespace: "local-path-storage" });
  expect(pod.spec).toMatchObject({ nodeName: "node-2", restartPolicy: "Never", serviceAccountName: "sa" });
  expect(pod.spec?.containers[0]).toMatchObject({
    command: ["/bin/sh", "/script/setup"],
    args: ["-p", "/data1/pvc-1234", "-s", "1073741824", "-m", "Filesystem", "-a", "create"],
    volumeMounts: [
      { name: "script", mountPath: "/script" },
      { name: "data", mountPath: "/data1/" },
    ],
  });
  const commands = { ...config, setupCommand: "/bin/up", teardownCommand: "/bin/down" };
  const own = helperPod({ ...errand, action: "delete" }, { ...helper, config: commands });
  expect(own.spec?.volumes).toHaveLength(1);
  expect(own.spec?.containers[0]?.command).toEqual(["/bin/down"]);
});
