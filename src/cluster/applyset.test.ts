import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const ID = "applyset-51uXdjs_k8zt9KVdAtPaWnW_O9B-EVzd2Bkztfa9DSA-v1";

// What kubectl 1.36.4 printed of the same lines.
it("an ApplySet keeps track of what was applied, and prunes what no longer is", async () => {
  const c = await testCluster({ nodes: 0, addons: false });
  await c.sh("kubectl create cm a --dry-run=client -o yaml > a.yaml; kubectl create cm b --dry-run=client -o yaml > b.yaml");
  await c.sh("kubectl create ns nn --dry-run=client -o yaml > n.yaml; kubectl create secret generic plain");
  const annotations = (name: string): string => `kubectl get secret ${name} -o jsonpath='{.metadata.annotations}'`;
  const tracked = (kinds: string): string =>
    `{"applyset.kubernetes.io/additional-namespaces":"","applyset.kubernetes.io/contains-group-kinds":"${kinds}","applyset.kubernetes.io/tooling":"kubectl/v1.36.2"}`;
  for (const [line, answer] of [
    ["kubectl apply -f a.yaml -f b.yaml --prune --applyset=myset -n default", "configmap/a created\nconfigmap/b created"],
    [annotations("myset"), tracked("ConfigMap")],
    [
      "kubectl get secret,cm -l applyset.kubernetes.io/id -L applyset.kubernetes.io/id --no-headers | tr -s ' '",
      `secret/myset Opaque 0 0s ${ID}`,
    ],
    [
      "kubectl get cm -o jsonpath='{range .items[*]}{.metadata.name}={.metadata.labels}{\"\\n\"}{end}' | grep part-of",
      `a={"applyset.kubernetes.io/part-of":"${ID}"}\nb={"applyset.kubernetes.io/part-of":"${ID}"}`,
    ],
    ["kubectl apply -f a.yaml --prune --applyset=myset -n default", "configmap/a unchanged\nconfigmap/b pruned"],
    ["kubectl apply -f a.yaml --prune --applyset=myset -n default --dry-run=client", "configmap/a unchanged (dry run)"],
    [
      "kubectl apply -f n.yaml -f a.yaml --prune --applyset=multi -n default --server-side --force-conflicts",
      "namespace/nn serverside-applied\nconfigmap/a serverside-applied",
    ],
    [annotations("multi"), tracked("ConfigMap,Namespace")],
    ["kubectl apply -f a.yaml --prune --applyset=multi -n default --server-side", "configmap/a serverside-applied\nnamespace/nn pruned"],
    ["kubectl apply -f a.yaml --prune --applyset=configmaps/mycm", "error: namespace is required to use namespace-scoped ApplySet\n[1]"],
    ["kubectl apply -f a.yaml --applyset=x -n default", "error: --applyset requires --prune\n[1]"],
    ["kubectl apply -f a.yaml --prune --applyset=x --all -n default", "error: --all is incompatible with --applyset\n[1]"],
    ["kubectl apply -f a.yaml --prune --applyset=x -l a=b -n default", "error: --selector is incompatible with --applyset\n[1]"],
    [
      "kubectl apply -f a.yaml --prune --applyset=pods/x -n default",
      'error: resource "/v1, Resource=pods" is not permitted as an ApplySet parent\n[1]',
    ],
    [
      "kubectl apply -f a.yaml --prune --applyset=nopes/x -n default",
      'error: invalid parent reference "nopes/x": no matches for /, Resource=nopes\n[1]',
    ],
    [
      "kubectl apply -f a.yaml --prune --applyset=plain -n default",
      'error: ApplySet parent object "secrets./plain" already exists and is missing required annotation "applyset.kubernetes.io/tooling"\n[1]',
    ],
  ] as const)
    expect([line, await c.sh(`export KUBECTL_APPLYSET=true; ${line}`)]).toEqual([line, answer]);
  expect(await c.sh("kubectl apply -f a.yaml --prune --applyset=x -n default")).toBe(
    "error: unknown flag: --applyset\nSee 'kubectl apply --help' for usage.\n[1]",
  );
  expect(
    await c.sh(
      "kubectl auth whoami --as ann --as-user-extra=scopes=view --as-user-extra=scopes=dev -o jsonpath='{.status.userInfo.extra}'",
    ),
  ).toBe('{"scopes":["view","dev"]}');
});
