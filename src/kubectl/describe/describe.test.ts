import { expect, it } from "vitest";
import { cronJob, job } from "./batch.ts";
import { networkPolicy } from "./networking.ts";
import { Page } from "./page.ts";
import { priorityClass, resourceQuota } from "./policy.ts";
import { daemonSet, statefulSet } from "./sets.ts";
import { persistentVolume, storageClass } from "./storage.ts";
import type { Describer, DescribeContext } from "./types.ts";

const NOW = Date.UTC(2026, 10, 20, 10, 5);

async function pageOf(describer: Describer, object: object): Promise<string> {
  const page = new Page(NOW);
  const session = { object: async () => ({ items: [] }) };
  await describer.describe(page, object as never, { session } as unknown as DescribeContext);
  return page.text();
}

const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "x:1" }] } };

const TEMPLATE_LINES = `Pod Template:
  Labels:  app=a
  Containers:
   c:
    Image:         x:1
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
`;

// The layouts are those of kubectl 1.36 (recordings, and pkg/describe where nothing was recorded).
const pages: readonly [string, Describer, object, string][] = [
  [
    "a network policy with a range of ports, peers of all sorts, and a rule without restrictions",
    networkPolicy,
    {
      metadata: { name: "db", namespace: "shop", creationTimestamp: "2026-11-20T10:00:00Z" },
      spec: {
        podSelector: { matchLabels: { tier: "db" }, matchExpressions: [{ key: "app", operator: "In", values: ["b", "a"] }] },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            ports: [{ port: 5432 }, { port: 8000, endPort: 8010, protocol: "UDP" }],
            from: [
              { podSelector: { matchLabels: { app: "api" } }, namespaceSelector: { matchLabels: { env: "prod" } } },
              { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.0/16"] } },
            ],
          },
          {},
        ],
      },
    },
    `Name:         db
Namespace:    shop
Created on:   2026-11-20 10:00:00 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app in (a,b),tier=db
  Allowing ingress traffic:
    To Port: 5432/TCP
    To Port Range: 8000-8010/UDP
    From:
      NamespaceSelector: env=prod
      PodSelector: app=api
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16, 10.2.0.0/16
    ----------
    To Port: <any> (traffic allowed to all ports)
    From: <any> (traffic not restricted by source)
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Ingress, Egress
`,
  ],
  [
    "a volume that is bound to a node and is being deleted",
    persistentVolume,
    {
      metadata: { name: "disk", finalizers: ["kubernetes.io/pv-protection"], deletionTimestamp: "2026-11-20T10:00:00Z" },
      spec: {
        accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
        capacity: { storage: "5Gi" },
        claimRef: { namespace: "shop", name: "data" },
        local: { path: "/mnt/disk" },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a", "b"] }] }] } },
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "local",
        volumeMode: "Filesystem",
      },
      status: { phase: "Bound" },
    },
    `Name:              disk
Labels:            <none>
Annotations:       <none>
Finalizers:        [kubernetes.io/pv-protection]
StorageClass:      local
Status:            Terminating (lasts 5m)
Claim:             shop/data
Reclaim Policy:    Retain
Access Modes:      RWO,ROX
VolumeMode:        Filesystem
Capacity:          5Gi
Node Affinity:     
  Required Terms:  
    Term 0:        zone in [a, b]
Message:           
Source:
    Type:  LocalVolume (a persistent volume backed by local storage on a node)
    Path:  /mnt/disk
`,
  ],
  [
    "the default storage class, with mount options and topologies",
    storageClass,
    {
      metadata: { name: "fast", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "csi.example.com",
      parameters: { type: "ssd" },
      mountOptions: ["noatime", "ro"],
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
      allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a", "b"] }] }, {}],
    },
    `Name:                  fast
IsDefaultClass:        Yes
Annotations:           storageclass.kubernetes.io/is-default-class=true
Provisioner:           csi.example.com
Parameters:            type=ssd
AllowVolumeExpansion:  <unset>
MountOptions:
  noatime
  ro
ReclaimPolicy:      Delete
VolumeBindingMode:  Immediate
AllowedTopologies:  
  Term 0:           zone in [a, b]
  Term 1:           <none>
`,
  ],
  [
    "a quota of scopes, what is used written as what is allowed is",
    resourceQuota,
    {
      metadata: { name: "q", namespace: "lab" },
      spec: { scopes: ["NotTerminating", "BestEffort"] },
      status: { hard: { pods: "2", memory: "1Gi", disk: "1G" }, used: { pods: "1", memory: "128Mi", disk: "1Mi" } },
    },
    `Name:       q
Namespace:  lab
Scopes:     BestEffort, NotTerminating
 * Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.
 * Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.
Resource  Used     Hard
--------  ----     ----
disk      1048576  1G
memory    128Mi    1Gi
pods      1        2
`,
  ],
  [
    "a priority class",
    priorityClass,
    { metadata: { name: "low" }, value: 5, preemptionPolicy: "Never", description: "for tests" },
    `Name:              low
Value:             5
GlobalDefault:     false
PreemptionPolicy:  Never
Description:       for tests
Annotations:       <none>
`,
  ],
  [
    "a finished job of many indexes",
    job,
    {
      metadata: { name: "many", namespace: "default" },
      spec: {
        completions: 90,
        parallelism: 3,
        completionMode: "Indexed",
        suspend: false,
        selector: { matchLabels: { app: "a" } },
        activeDeadlineSeconds: 90,
        template,
      },
      status: {
        startTime: "2026-11-20T10:00:00Z",
        completionTime: "2026-11-20T10:01:30Z",
        succeeded: 87,
        failed: 3,
        ready: 0,
        completedIndexes: "0-10,12-20,22-30,32-40,42-50,52-60,62-70,72-80,82-89",
      },
    },
    `Name:                     many
Namespace:                default
Selector:                 app=a
Labels:                   <none>
Annotations:              <none>
Parallelism:              3
Completions:              90
Completion Mode:          Indexed
Suspend:                  false
Start Time:               Fri, 20 Nov 2026 10:00:00 +0000
Completed At:             Fri, 20 Nov 2026 10:01:30 +0000
Duration:                 90s
Active Deadline Seconds:  90s
Pods Statuses:            0 Active (0 Ready) / 87 Succeeded / 3 Failed
Completed Indexes:        0-10,12-20,22-30,32-40,42-50,52-60,62-70,72-80,82-89
${TEMPLATE_LINES}`,
  ],
  [
    "a cron job with what is unset",
    cronJob,
    {
      metadata: { name: "tick", namespace: "default" },
      spec: { schedule: "* * * * *", concurrencyPolicy: "Allow", suspend: true, jobTemplate: { spec: { template } } },
      status: { active: [{ name: "tick-1" }, { name: "tick-2" }], lastScheduleTime: "2026-11-20T10:04:00Z" },
    },
    `Name:                          tick
Namespace:                     default
Labels:                        <none>
Annotations:                   <none>
Schedule:                      * * * * *
Concurrency Policy:            Allow
Suspend:                       True
Time Zone:                     <unset>
Successful Job History Limit:  <unset>
Failed Job History Limit:      <unset>
Starting Deadline Seconds:     <unset>
Selector:                      <unset>
Parallelism:                   <unset>
Completions:                   <unset>
Pod Template:
  Labels:  app=a
  Containers:
   c:
    Image:           x:1
    Port:            <none>
    Host Port:       <none>
    Environment:     <none>
    Mounts:          <none>
  Volumes:           <none>
  Node-Selectors:    <none>
  Tolerations:       <none>
Last Schedule Time:  Fri, 20 Nov 2026 10:04:00 +0000
Active Jobs:         tick-1, tick-2
`,
  ],
  [
    "a stateful set with claims",
    statefulSet,
    {
      metadata: { name: "db", namespace: "default", creationTimestamp: "2026-11-20T10:00:00Z" },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "a" } },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } },
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
      status: { replicas: 1 },
    },
    `Name:               db
Namespace:          default
CreationTimestamp:  Fri, 20 Nov 2026 10:00:00 +0000
Selector:           app=a
Labels:             <none>
Annotations:        <none>
Replicas:           2 desired | 1 total
Update Strategy:    RollingUpdate
  Partition:        1
Pods Status:        0 Running / 0 Waiting / 0 Succeeded / 0 Failed
${TEMPLATE_LINES}Volume Claims:
  Name:          data
  StorageClass:  fast
  Labels:        <none>
  Annotations:   <none>
  Capacity:      1Gi
  Access Modes:  [ReadWriteOnce]
`,
  ],
  [
    "a daemon set",
    daemonSet,
    {
      metadata: { name: "agent", namespace: "default" },
      spec: { selector: { matchLabels: { app: "a" } }, template },
      status: { desiredNumberScheduled: 3, currentNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 1 },
    },
    `Name:           agent
Namespace:      default
Selector:       app=a
Node-Selector:  <none>
Labels:         <none>
Annotations:    <none>
Desired Number of Nodes Scheduled: 3
Current Number of Nodes Scheduled: 2
Number of Nodes Scheduled with Up-to-date Pods: 1
Number of Nodes Scheduled with Available Pods: 1
Number of Nodes Misscheduled: 0
Pods Status:  0 Running / 0 Waiting / 0 Succeeded / 0 Failed
${TEMPLATE_LINES}`,
  ],
];
it.each(pages)("describes %s", async (_, describer, object, text) => {
  expect(await pageOf(describer, object)).toBe(text);
});
