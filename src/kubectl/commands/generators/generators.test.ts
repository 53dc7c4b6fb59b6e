import { expect, it } from "vitest";
import { fakeShell } from "../../testing/fake.ts";

const at = (service: string, port: object): object => ({ service: { name: service, port } });

const made: readonly (readonly [line: string, object: object])[] = [
  [
    "ingress shop --rule='a.example/*=web:80,tls=cert' --rule=a.example/login=auth:https,tls=other --rule=b.example/=b:1,tls=cert --rule=/any=c:2,tls",
    {
      tls: [{ hosts: ["a.example", "b.example"], secretName: "cert" }],
      rules: [
        {
          host: "a.example",
          http: {
            paths: [
              { path: "/", pathType: "Prefix", backend: at("web", { number: 80 }) },
              { path: "/login", pathType: "Exact", backend: at("auth", { name: "https" }) },
            ],
          },
        },
        { host: "b.example", http: { paths: [{ path: "/", pathType: "Exact", backend: at("b", { number: 1 }) }] } },
        { http: { paths: [{ path: "/any", pathType: "Exact", backend: at("c", { number: 2 }) }] } },
      ],
    },
  ],
  ["ingress rest --default-backend=web:http --class=edge", { ingressClassName: "edge", defaultBackend: at("web", { name: "http" }) }],
  [
    "pdb half --selector='app=a,tier in (x,y),!old' --max-unavailable=1",
    {
      maxUnavailable: 1,
      selector: {
        matchLabels: { app: "a" },
        matchExpressions: [
          { key: "old", operator: "DoesNotExist" },
          { key: "tier", operator: "In", values: ["x", "y"] },
        ],
      },
    },
  ],
  [
    "quota small --hard=cpu=1500m,pods=3 --scopes=BestEffort,Terminating",
    { hard: { cpu: "1500m", pods: "3" }, scopes: ["BestEffort", "Terminating"] },
  ],
];
it.each(made)("makes what `kubectl create %s` says", async (line, spec) => {
  const { out, err } = await fakeShell().kubectl(`create ${line} --dry-run=client -o json`);
  expect(err).toBe("");
  expect((JSON.parse(out) as { readonly spec: object }).spec).toEqual(spec);
});

// Words of kubectl 1.36 (pkg/cmd/create).
const refused: readonly (readonly [line: string, message: string])[] = [
  ["ingress x --rule=a=b:1", "rule a=b:1 is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"],
  ["ingress x --rule=/=b:1 --annotation=k", "annotation k is invalid and should be in format key=[value]"],
  ["ingress x --default-backend=web", "default-backend should be in format servicename:serviceport"],
  ["pdb x --min-available=1", "a selector must be specified"],
  ["pdb x --selector=a=b --min-available=1 --max-unavailable=1", "min-available and max-unavailable cannot be both specified"],
  ["pdb x --selector=a=b --min-available=1Gi", "invalid format specified for min-available"],
  ["pdb x --selector=a!=b --min-available=1", '"!=" is not a valid label selector operator'],
  ["quota x --hard=cpu", "Invalid argument syntax cpu, expected <resource>=<value>"],
  ["quota x --hard=cpu=lots", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
];
it.each(refused)("refuses `kubectl create %s`", async (line, message) => {
  expect(await fakeShell().kubectl(`create ${line} --dry-run=client`)).toEqual({ out: "", err: `error: ${message}\n`, code: 1 });
});
