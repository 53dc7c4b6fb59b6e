import { expect, it } from "vitest";
import { fakeShell } from "../testing/fake.ts";

const resource = (name: string, target: object): object => ({ type: "Resource", resource: { name, target } });
const percent = { type: "Utilization", averageUtilization: 70 };

it.each<[flags: string, spec: object]>([
  ["--max=3", { maxReplicas: 3 }],
  ["--max=3 --min=2 --cpu=70%", { minReplicas: 2, maxReplicas: 3, metrics: [resource("cpu", percent)] }],
  [
    "--max=3 --cpu=500 --memory=200",
    {
      maxReplicas: 3,
      metrics: [
        resource("cpu", { type: "AverageValue", averageValue: "500m" }),
        resource("memory", { type: "AverageValue", averageValue: "200Mi" }),
      ],
    },
  ],
  ["--max=3 --memory=1.5Gi", { maxReplicas: 3, metrics: [resource("memory", { type: "AverageValue", averageValue: "1536Mi" })] }],
])("autoscale %s", async (flags, spec) => {
  const { kubectl } = fakeShell();
  await kubectl("create deployment web --image=nginx:1.27");
  const { out, err } = await kubectl(`autoscale deploy/web ${flags} --dry-run=client -o json`);
  expect(err).toBe("");
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  expect((JSON.parse(out) as { readonly spec: object }).spec).toEqual({ scaleTargetRef, ...spec });
});

it("takes the flag of old, and says so", async () => {
  const { kubectl } = fakeShell();
  await kubectl("create deployment web --image=nginx:1.27");
  const said =
    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n";
  const { out, err } = await kubectl("autoscale deploy/web --max=3 --cpu-percent=70 --dry-run=client -o json");
  expect([err, (JSON.parse(out) as { readonly spec: { readonly metrics: object } }).spec.metrics]).toEqual([
    said,
    [resource("cpu", percent)],
  ]);
  expect((await kubectl("autoscale deploy/web --max=3 --cpu-percent=70 --cpu=5")).err).toBe(
    `${said}error: --cpu-percent and --cpu are mutually exclusive\n`,
  );
  expect((await kubectl("autoscale --help")).out).not.toContain("cpu-percent");
});

// Words of kubectl 1.36 (pkg/cmd/autoscale).
it.each<[args: string, message: string]>([
  ["deploy/web --max=0", "--max=MAXPODS is required and must be at least 1, max: 0"],
  ["deploy/web --max=3 --min=6", "--max=MAXPODS must be larger or equal to --min=MINPODS, max: 3, min: 6"],
  ["deploy/web --max=3 --cpu=-1%", "invalid percentage value: -1"],
  ["deploy/web --max=3 --memory=big", "invalid resource memory value: big"],
  [
    "rs/web-1 --max=3",
    "cannot autoscale a ReplicaSet: could not find scale subresource for apps/v1, Resource=replicasets in discovery information",
  ],
])("autoscale %s is refused", async (args, message) => {
  const { kubectl, api } = fakeShell();
  api.objects.set("replicasets/default/web-1", { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web-1" } });
  const { err, code } = await kubectl(`autoscale ${args}`);
  expect([err, code]).toEqual([`error: ${message}\n`, 1]);
});
