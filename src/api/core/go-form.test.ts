import { expect, it } from "vitest";
import { kindTable, type Pod } from "../index.ts";

const kind = kindTable.pods;

// resources-qos-and-resize.yaml.
it("a pod's refused change is shown in upstream's own struct, at the line it has there", () => {
  const resources = { requests: { cpu: "200m", memory: "32Mi" }, limits: { cpu: "200m", memory: "32Mi" } };
  const token = {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
    ],
  };
  const given: Pod = {
    metadata: { name: "guar", namespace: "default" },
    spec: {
      containers: [{ name: "app", image: "busybox:1.36", command: ["sleep", "3600"], resources }],
      volumes: [{ name: "kube-api-access-abcde", projected: token }],
      terminationGracePeriodSeconds: 1,
      serviceAccountName: "default",
    },
  };
  const old = kind.defaults?.(given) ?? given;
  const [container] = old.spec?.containers ?? [];
  const limits = { cpu: "300m", memory: "32Mi" };
  const pod = { ...old, spec: { ...old.spec, containers: [{ ...container, resources: { ...resources, limits } }] } } as Pod;
  const [error] = kind.validateUpdate?.(pod, old, { namespace: "default", now: 0 }) ?? [];
  expect(error?.detail.split("\n").slice(1)).toEqual([
    "@@ -104,7 +104,7 @@",
    '    "Env": null,',
    '    "Resources": {',
    '     "Limits": {',
    '-     "cpu": "200m",',
    '+     "cpu": "300m",',
    '      "memory": "32Mi"',
    "     },",
    '     "Requests": {',
    "",
  ]);
});
